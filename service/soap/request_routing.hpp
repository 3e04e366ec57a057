#pragma once

#include <expected>
#include <optional>
#include <string>

#include "content_type.hpp"
#include "envelope_reader.hpp"
#include "operation_contract.hpp"
#include "tally/http/request.hpp"
#include "tally/http/response.hpp"

namespace tally::soap {

/// What a request names its operation by, before its body is read (docsvision-storageserver, 4.3).
struct NamedAction {
  std::string content_type_action;               ///< SOAP 1.2's way; not looked at where there is a SOAPAction
  const OperationContract* operation = nullptr;  ///< null when the body has to tell
};

/// The error is the fault for a SOAPAction that names no operation: the original refuses it before it looks at anything
/// else, and so in the shape of SOAP 1.1.
[[nodiscard]] std::expected<NamedAction, http::Response> named_action(const http::Request& request,
                                                                      const ContentType& type);

/// What the stack has against an envelope that could be read; absent when its operation can be called.
[[nodiscard]] std::optional<http::Response> envelope_fault(const EnvelopeOutline& outline, const NamedAction& action);

}  // namespace tally::soap
