#pragma once

#include <string>
#include <string_view>

namespace tally::soap {

/// A Content-Type header taken apart, without quotes; what is absent is empty.
struct ContentType {
  std::string media_type;  ///< in lower case
  std::string charset;     ///< in lower case
  std::string action;      ///< as sent: SOAP 1.2's way to name the operation
};

/// The first of several parameters with one name counts; others than these are ignored.
[[nodiscard]] ContentType parse_content_type(std::string_view header);

}  // namespace tally::soap
