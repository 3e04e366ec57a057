#include "call_reader.hpp"

#include "canonical_call.hpp"
#include "charset.hpp"
#include "content_type.hpp"
#include "envelope_reader.hpp"
#include "envelope_writer.hpp"
#include "request_routing.hpp"
#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view label = "StorageServer";

bool is_compressed(const http::Request& request) {
  return !model::equal_ignoring_case(request.header("Content-Encoding").value_or("identity"), "identity");
}

}  // namespace

std::variant<SoapCall, http::Response> CallReader::read(const http::Request& request) {
  if (auto call = read_canonical_call(request)) return SoapCall{.version = SoapVersion::v11, .call = std::move(*call)};
  return read_any(request);
}

std::variant<SoapCall, http::Response> CallReader::read_any(const http::Request& request) {
  const ContentType type = parse_content_type(request.header("Content-Type").value_or(""));
  auto action = named_action(request, type);
  if (!action) return std::move(action.error());
  const bool is_soap12_type = type.media_type == "application/soap+xml";
  if ((type.media_type != "text/xml" && !is_soap12_type) || is_compressed(request)) return bare(415, label);

  std::string decoded;
  const auto document = document_text(request.body, type, decoded);
  EnvelopeOutline outline;
  if (!document || !read_outline(reader_, *document, action->operation, outline)) return bare(400, label);
  if (outline.is_soap && outline.version == SoapVersion::v11 && is_soap12_type) return bare(415, label);
  if (auto fault = envelope_fault(outline, *action)) return std::move(*fault);

  const std::string_view operation = outline.operation->name;
  ReadCall read = service_.read(operation, outline.parameters);
  if (const auto* code = std::get_if<model::ErrorCode>(&read))
    return operation_fault(outline.version, *code, operation);
  return SoapCall{.version = outline.version, .call = std::get<Call>(std::move(read))};
}

}  // namespace tally::soap
