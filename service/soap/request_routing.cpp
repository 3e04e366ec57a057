#include "request_routing.hpp"

#include "envelope_writer.hpp"
#include "tally/model/names.hpp"
#include "url_text.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view label = "StorageServer";

const OperationContract* operation_of(std::string_view action) {
  return action.starts_with(service_namespace) ? find_operation(action.substr(service_namespace.size())) : nullptr;
}

/// As ASP.NET has the header: several of one name are one, with commas.
std::optional<std::string> soap_action(const http::Request& request) {
  constexpr std::string_view name = "SOAPAction";
  const auto first = request.header(name);
  if (!first) return std::nullopt;
  if (request.header_count(name) == 1) return action_of(*first);
  std::string values;
  for (const auto& field : request.fields) {
    if (model::equal_ignoring_case(field.name, name)) values.append(values.empty() ? "" : ",").append(field.value);
  }
  return action_of(values);
}

/// Where the original reads: when it looks for the operation in the body, it is not reading a request yet, and its
/// mistakes are the server's own.
http::Response unreadable(const EnvelopeOutline& outline, const NamedAction& action, std::string_view reason) {
  const bool is_reading = action.operation != nullptr;
  const std::string_view what =
      is_reading ? "Server was unable to read request." : "Server was unable to process request.";
  return stack_fault(outline.version, is_reading ? FaultSide::client : FaultSide::server,
                     std::string{what}.append(" ---> ").append(reason), label);
}

http::Response unknown_action(const EnvelopeOutline& outline, const NamedAction& action) {
  const std::string text =
      action.content_type_action.empty()
          ? "Unable to handle request without a valid action parameter. Please supply a valid soap action."
          : "Unable to handle request. The action '" + action.content_type_action + "' was not recognized.";
  return stack_fault(outline.version, FaultSide::client, text, label);
}

}  // namespace

std::expected<NamedAction, http::Response> named_action(const http::Request& request, const ContentType& type) {
  NamedAction action;
  if (type.media_type != "application/soap+xml") {
    if (const auto name = soap_action(request)) {
      action.operation = operation_of(*name);
      if (action.operation != nullptr) return action;
      return std::unexpected(stack_fault(SoapVersion::v11, FaultSide::client,
                                         "Server did not recognize the value of HTTP Header SOAPAction: " + *name + ".",
                                         label));
    }
  }
  action.content_type_action = url_decoded(type.action);
  action.operation = operation_of(action.content_type_action);
  return action;
}

std::optional<http::Response> envelope_fault(const EnvelopeOutline& outline, const NamedAction& action) {
  if (!outline.is_soap) {
    return stack_fault(SoapVersion::v11, FaultSide::version_mismatch,
                       "Possible SOAP version mismatch: Envelope namespace " + outline.root_namespace +
                           " was unexpected. Expecting " + std::string{envelope_namespace_11} + ".",
                       label);
  }
  if (!outline.is_envelope)
    return unreadable(outline, action, "Request format is invalid: Missing required soap:Envelope element.");
  if (!outline.has_body)
    return unreadable(outline, action, "Request format is invalid: Missing required soap:Body element.");
  if (outline.operation == nullptr) return unknown_action(outline, action);
  if (outline.bad_value) {
    const auto& [line, column] = outline.bad_value->position;
    return stack_fault(outline.version, FaultSide::client,
                       "Server was unable to read request. ---> There is an error in XML document (" +
                           std::to_string(line) + ", " + std::to_string(column) + "). ---> " +
                           outline.bad_value->reason,
                       outline.operation->name);
  }
  if (outline.not_understood) {
    return stack_fault(outline.version, FaultSide::must_understand,
                       "SOAP header " + *outline.not_understood + " was not understood.", outline.operation->name);
  }
  return std::nullopt;
}

}  // namespace tally::soap
