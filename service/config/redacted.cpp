#include "tally/config/redacted.hpp"

#include <algorithm>
#include <cctype>

#include "tally/model/names.hpp"

namespace tally::config {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::string_view unreadable = "(a database URL that cannot be read)";

/// Any name that hints at a secret, as it is or percent-encoded; libpq's are password and sslpassword.
bool names_secret(std::string_view name) {
  if (name.contains('%')) return true;
  constexpr std::string_view word = "pass";
  for (std::size_t at = 0; at + word.size() <= name.size(); ++at)
    if (model::equal_ignoring_case(name.substr(at, word.size()), word)) return true;
  return false;
}

std::string without_query_secrets(std::string_view query) {
  std::string shown;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    const std::string_view name = part.substr(0, part.find('='));
    if (names_secret(name)) {
      shown.append(name).append("=").append(hidden);
    } else {
      shown += part;
    }
    query.remove_prefix(part.size());
    if (query.starts_with('&')) shown += '&', query.remove_prefix(1);
  }
  return shown;
}

/// A password may hold an unescaped @, / or :, so everything from the first colon to the last @ is hidden. With a
/// question mark before that @ nobody can say which of the two belongs to a password: then nothing is shown.
std::string redacted_uri(std::string_view scheme, std::string_view rest) {
  std::string shown{scheme};
  const auto at = rest.rfind('@');
  const auto question = rest.find('?');
  if (at != std::string_view::npos) {
    if (question < at) return shown.append(hidden);
    const auto colon = rest.find(':');
    shown.append(rest.substr(0, std::min(colon, at))).append(colon < at ? ":***" : "");
  }
  const std::size_t after_user = at == std::string_view::npos ? 0 : at;
  shown += rest.substr(after_user, question == std::string_view::npos ? question : question + 1 - after_user);
  if (question == std::string_view::npos) return shown;
  return shown.append(without_query_secrets(rest.substr(question + 1)));
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

/// The end of a value by libpq's rules: quotes enclose, a backslash takes the next character.
std::size_t value_size(std::string_view text) {
  const bool in_quotes = text.starts_with('\'');
  std::size_t at = in_quotes ? 1 : 0;
  while (at < text.size() && !(in_quotes ? text[at] == '\'' : is_space(text[at]))) at += text[at] == '\\' ? 2U : 1U;
  return std::min(in_quotes ? at + 1 : at, text.size());
}

std::string redacted_keywords(std::string_view text) {
  std::string shown;
  for (skip_space(text); !text.empty(); skip_space(text)) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return std::string{unreadable};
    std::string_view name = text.substr(0, equals);
    while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
    if (name.empty() || name.find_first_of(" \t\r\n'\\") != std::string_view::npos) return std::string{unreadable};
    text.remove_prefix(equals + 1);
    skip_space(text);
    const std::string_view value = text.substr(0, value_size(text));
    shown.append(shown.empty() ? "" : " ").append(name).append("=").append(names_secret(name) ? hidden : value);
    text.remove_prefix(value.size());
  }
  return shown;
}

}  // namespace

std::string redacted(std::string_view database_url) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"})
    if (database_url.starts_with(scheme)) return redacted_uri(scheme, database_url.substr(scheme.size()));
  if (database_url.contains("://")) return std::string{unreadable};
  return redacted_keywords(database_url);
}

}  // namespace tally::config
