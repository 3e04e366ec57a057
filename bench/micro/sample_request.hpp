#pragma once

#include <string>

namespace tally::bench {

/// A call as a .NET client sends it, with its HTTP header.
inline std::string sample_body() {
  return R"(<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/")"
         R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">)"
         R"(<soap:Body><IncrementFeatureUsage xmlns="http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/">)"
         R"(<sessionId>3f2504e0-4f89-41d3-9a0c-0305e82c3301</sessionId>)"
         R"(<featureId>da212a06-edcd-461f-8134-c5e39f1559f7</featureId>)"
         R"(</IncrementFeatureUsage></soap:Body></soap:Envelope>)";
}

inline constexpr const char* sample_content_type = "text/xml; charset=utf-8";
inline constexpr const char* sample_action =
    R"("http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/IncrementFeatureUsage")";

inline std::string sample_request() {
  const std::string body = sample_body();
  return "POST /DocsVision/StorageServer/StorageServerService.asmx HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
         "Content-Type: " +
         std::string{sample_content_type} + "\r\nSOAPAction: " + sample_action +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace tally::bench
