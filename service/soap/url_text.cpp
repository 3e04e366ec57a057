#include "url_text.hpp"

#include <algorithm>
#include <charconv>

#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

std::string url_decoded(std::string_view text) {
  std::string decoded;
  if (text.find('%') == std::string_view::npos && text.find('+') == std::string_view::npos) return decoded = text;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    if (text[at] == '%' && at + 2 < text.size()) {
      const char* end = text.data() + at + 3;
      if (std::from_chars(text.data() + at + 1, end, byte, 16).ptr == end) {
        decoded += static_cast<char>(byte);
        at += 2;
        continue;
      }
    }
    decoded += text[at] == '+' ? ' ' : text[at];
  }
  return decoded;
}

std::string action_of(std::string_view header) { return url_decoded(unquoted(header)); }

QueryText::QueryText(std::string_view query) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const auto sign = part.find('=');
    if (sign == std::string_view::npos) {
      parts_.push_back({.name = std::nullopt, .value = url_decoded(part)});
    } else {
      parts_.push_back({.name = url_decoded(part.substr(0, sign)), .value = url_decoded(part.substr(sign + 1))});
    }
  }
}

template<class Wanted>
std::optional<std::string> QueryText::joined(Wanted is_wanted) const {
  std::optional<std::string> values;
  for (const auto& part : parts_) {
    if (!is_wanted(part.name)) continue;
    values ? values->append(",").append(part.value) : values.emplace(part.value);
  }
  return values;
}

std::optional<std::string> QueryText::value(std::string_view name) const {
  return joined([&](const auto& known) { return known && model::equal_ignoring_case(*known, name); });
}

std::optional<std::string> QueryText::nameless() const {
  return joined([](const auto& known) { return !known; });
}

}  // namespace tally::soap
