#include "content_type.hpp"

#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white_space = " \t";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// Takes the text up to `stop` off its front, and `stop` with it.
std::string_view take_until(std::string_view& text, char stop) {
  const auto end = text.find(stop);
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

/// Takes a parameter's value off the front; in quotes it may contain a semicolon.
std::string take_value(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  if (!text.starts_with('"')) return std::string{trimmed(take_until(text, ';'))};
  text.remove_prefix(1);
  const std::string value{take_until(text, '"')};
  take_until(text, ';');
  return value;
}

/// Some clients write charset='utf-8'.
std::string without_apostrophes(std::string text) {
  std::erase(text, '\'');
  return text;
}

}  // namespace

ContentType parse_content_type(std::string_view header) {
  ContentType type;
  type.media_type = model::lower_case(trimmed(take_until(header, ';')));
  while (!header.empty()) {
    // A parameter without a value has no sign of equality before its semicolon.
    if (header.find(';') < header.find('=')) {
      take_until(header, ';');
      continue;
    }
    const std::string name = model::lower_case(trimmed(take_until(header, '=')));
    std::string value = take_value(header);
    if (name == "charset" && type.charset.empty())
      type.charset = without_apostrophes(model::lower_case(trimmed(value)));
    if (name == "action" && type.action.empty()) type.action = std::move(value);
  }
  return type;
}

}  // namespace tally::soap
