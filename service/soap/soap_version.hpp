#pragma once

#include <string_view>

namespace tally::soap {

enum class SoapVersion { v11, v12 };

inline constexpr std::string_view envelope_namespace_11 = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view envelope_namespace_12 = "http://www.w3.org/2003/05/soap-envelope";
inline constexpr std::string_view service_namespace =
    "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/";

}  // namespace tally::soap
