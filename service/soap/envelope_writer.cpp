#include "envelope_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tally/common/error_table.hpp"
#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view prolog = R"(<?xml version="1.0" encoding="utf-8"?>)";
constexpr std::string_view other_namespaces =
    R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">)";
/// SOAP 1.2, 5.4.7, as the original stack writes it.
constexpr std::string_view upgrade_header =
    R"(<soap:Header><soap12:Upgrade xmlns:soap12="http://www.w3.org/2003/05/soap-envelope">)"
    R"(<soap12:SupportedEnvelope qname="soap:Envelope" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" />)"
    R"(<soap12:SupportedEnvelope qname="soap12:Envelope" xmlns:soap12="http://www.w3.org/2003/05/soap-envelope" />)"
    R"(</soap12:Upgrade></soap:Header>)";

/// U+FFFE and U+FFFF: proper UTF-8, but no XML.
bool is_noncharacter(std::string_view sequence) { return sequence == "\xef\xbf\xbe" || sequence == "\xef\xbf\xbf"; }

/// Clients of the original show the number as the HRESULT 0x80040000 + number (docsvision-storageserver, 3).
std::string hresult(int number) {
  std::array<char, 11> text{};
  std::snprintf(text.data(), text.size(), "0x%08x", 0x80040000U + static_cast<unsigned>(number));
  return text.data();
}

std::string opened_envelope(SoapVersion version, std::string_view header = {}) {
  std::string xml;
  xml.reserve(512);  // an answer without members; what is larger than a thousand bytes malloc has not at hand
  xml += prolog;
  xml += R"(<soap:Envelope xmlns:soap=")";
  xml += version == SoapVersion::v11 ? envelope_namespace_11 : envelope_namespace_12;
  xml += '"';
  xml += other_namespaces;
  xml += header;
  xml += "<soap:Body>";
  return xml;
}

/// The original gives an age to what it answers, and takes it away with all other headers when it writes a fault.
http::Response closed_envelope(SoapVersion version, std::string&& xml, unsigned status, std::string_view label) {
  xml += "</soap:Body></soap:Envelope>";
  return {
      .status = status,
      .content_type = version == SoapVersion::v11 ? "text/xml; charset=utf-8" : "application/soap+xml; charset=utf-8",
      .cache_control = status == 200 ? "private, max-age=0" : "private",
      .headers = {},
      .body = std::move(xml),
      .label = label};
}

std::string_view code_of(SoapVersion version, FaultSide side) {
  switch (side) {
    case FaultSide::client: return version == SoapVersion::v11 ? "soap:Client" : "soap:Sender";
    case FaultSide::server: return version == SoapVersion::v11 ? "soap:Server" : "soap:Receiver";
    case FaultSide::version_mismatch: return "soap:VersionMismatch";
    case FaultSide::must_understand: return "soap:MustUnderstand";
  }
  return "soap:Server";
}

/// `detail` is its content; header faults have none (4.4).
http::Response fault(SoapVersion version, FaultSide side, std::string_view text, std::string_view detail,
                     std::string_view label) {
  std::string xml = opened_envelope(version, side == FaultSide::version_mismatch ? upgrade_header : "");
  const bool has_detail = side != FaultSide::must_understand;
  const auto append_detail = [&](std::string_view name) {
    if (!has_detail) return;
    xml.append("<").append(name);
    detail.empty() ? xml.append(" />") : xml.append(">").append(detail).append("</").append(name).append(">");
  };
  if (version == SoapVersion::v11) {
    xml.append("<soap:Fault><faultcode>").append(code_of(version, side)).append("</faultcode><faultstring>");
    xml.append(escaped(text)).append("</faultstring>");
    append_detail("detail");
  } else {
    xml.append("<soap:Fault><soap:Code><soap:Value>").append(code_of(version, side));
    xml.append(R"(</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">)").append(escaped(text));
    xml.append("</soap:Text></soap:Reason>");
    append_detail("soap:Detail");
  }
  xml += "</soap:Fault>";
  return closed_envelope(version, std::move(xml), 500, label);
}

}  // namespace

void append_escaped(std::string& xml, std::string_view text) {
  // Almost every text: letters of ASCII without a meaning of their own.
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return c >= ' ' && c != '&' && c != '<' && c != '>' && c != '"' && static_cast<unsigned char>(c) < 0x80;
  });
  if (is_plain) {
    xml += text;
    return;
  }
  const bool is_utf8 = model::is_utf8(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    switch (c) {
      case '&': xml += "&amp;"; break;
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      case '"': xml += "&quot;"; break;
      case '\r': xml += "&#xD;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x80 && !is_utf8) {
          xml += '?';
        } else if (c == '\xef' && is_noncharacter(text.substr(at, 3))) {
          at += 2;
        } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') {
          xml += c;
        }
    }
  }
}

std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  append_escaped(safe, text);
  return safe;
}

void append_element(std::string& xml, std::string_view name, std::string_view value) {
  xml.append("<").append(name);
  if (value.empty()) {
    xml.append(" />");
  } else {
    xml += '>';
    append_escaped(xml, value);
    xml.append("</").append(name).append(">");
  }
}

http::Response answer(SoapVersion version, std::string_view operation, std::string_view members) {
  std::string xml = opened_envelope(version);
  xml.append("<").append(operation).append(R"(Response xmlns=")").append(service_namespace).append("\"");
  if (members.empty()) {
    xml.append(" />");
  } else {
    xml.append(">").append(members).append("</").append(operation).append("Response>");
  }
  return closed_envelope(version, std::move(xml), 200, operation);
}

http::Response stack_fault(SoapVersion version, FaultSide side, std::string_view text, std::string_view label) {
  return fault(version, side, text, {}, label);
}

http::Response operation_fault(SoapVersion version, model::ErrorCode code, std::string_view label) {
  const common::ErrorRow& row = common::error_row(code);
  const std::string number = std::to_string(row.soap_number);
  const std::string text = number + ", Internal exception, error code: " + std::string{row.soap_name};
  std::string detail = R"(<error xmlns="urn:tally:error">)";
  append_element(detail, "number", number);
  append_element(detail, "name", row.soap_name);
  append_element(detail, "hresult", hresult(row.soap_number));
  append_element(detail, "code", row.word);
  detail += "</error>";
  http::Response response = fault(version, FaultSide::server, text, detail, label);
  if (code == model::ErrorCode::server_busy) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response bare(unsigned status, std::string_view label) {
  return {.status = status, .content_type = {}, .cache_control = "private", .headers = {}, .body = {}, .label = label};
}

}  // namespace tally::soap
