#pragma once

#include <string>
#include <string_view>

#include "soap_version.hpp"
#include "tally/http/response.hpp"
#include "tally/model/error_code.hpp"

namespace tally::soap {

/// Who is at fault: the stack refuses the caller's envelope, or the operation fails.
enum class FaultSide { client, server, version_mismatch, must_understand };

/// Text made safe for an element or an attribute value in double quotes, whatever it is: characters that XML 1.0 has no
/// place for are left out, and where the text is no UTF-8 each byte beyond ASCII becomes a question mark.
void append_escaped(std::string& xml, std::string_view text);
[[nodiscard]] std::string escaped(std::string_view text);

/// `<name>escaped value</name>`; `<name />` when it is empty.
void append_element(std::string& xml, std::string_view name, std::string_view value);

/// An operation's answer in the layout of the original stack (docsvision-storageserver, 4.4): one line, these prefixes,
/// these attributes in this order. `members` is the result's XML, empty when nothing is returned.
[[nodiscard]] http::Response answer(SoapVersion version, std::string_view operation, std::string_view members);

/// A fault of the stack itself; `text` is its faultstring. With a version mismatch goes a header that names the
/// versions that would be right.
[[nodiscard]] http::Response stack_fault(SoapVersion version, FaultSide side, std::string_view text,
                                         std::string_view label);

/// A fault of an operation, in the shape of design.md, section 7.
[[nodiscard]] http::Response operation_fault(SoapVersion version, model::ErrorCode code, std::string_view label);

/// A status with nothing in it, as the original stack answers what it does not read.
[[nodiscard]] http::Response bare(unsigned status, std::string_view label);

}  // namespace tally::soap
