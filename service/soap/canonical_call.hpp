#pragma once

#include <optional>

#include "storage_server_service.hpp"
#include "tally/http/request.hpp"

namespace tally::soap {

/// Reads the few calls that clients make all day, in the shapes that their libraries write, byte by byte and without a
/// parser: SOAP 1.1 in UTF-8 with a SOAPAction, nothing in the envelope but the operation and its guids in the
/// contract's order. Everything else is nothing here and left to Expat and gSOAP, and so is whatever may be a mistake.
/// What is read here they read the same way: tests/fuzz compares.
[[nodiscard]] std::optional<Call> read_canonical_call(const http::Request& request);

}  // namespace tally::soap
