#include "soap_action.hpp"

#include <charconv>

namespace tally::soap {
namespace {

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

/// What is no escape stays as it is.
std::string url_decoded(std::string_view text) {
  std::string decoded;
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

}  // namespace

std::string action_of(std::string_view header) { return url_decoded(unquoted(header)); }

}  // namespace tally::soap
