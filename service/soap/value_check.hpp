#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operation_contract.hpp"

namespace tally::soap {

/// What is wrong with a value's text, in the words of the original's parser. Without words it is the original's XML
/// reader that refuses, as it does for base64, and with it the whole document.
struct ValueFlaw {
  std::string reason;
};

/// Whether a member's text is of its type, as .NET's XmlConvert reads it (docsvision-storageserver, 4.3); absent when
/// it is. Not for structures, which have no text.
[[nodiscard]] std::optional<ValueFlaw> flaw_of(const Member& member, std::string_view text);

/// How these types are written when they have been found right: a number or a boolean without surrounding white space
/// and without a plus sign; all others as they are.
[[nodiscard]] std::string_view plain_value(ValueType type, std::string_view text);

}  // namespace tally::soap
