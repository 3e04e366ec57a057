#pragma once

#include <string>

#include "tally/model/guid.hpp"

namespace tally::soap {

/// A guid parameter as gSOAP leaves it. What is none was refused before (value_check.hpp), so an empty text is a
/// missing element: the zero guid.
[[nodiscard]] inline model::Guid guid_of(const std::string& text) {
  return model::parse_guid(text).value_or(model::Guid{});
}

/// A string parameter; a missing one is empty.
[[nodiscard]] inline std::string text_of(const std::string* text) { return text == nullptr ? std::string{} : *text; }

}  // namespace tally::soap
