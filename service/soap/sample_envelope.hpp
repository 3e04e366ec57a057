#pragma once

#include <string>

#include "operation_contract.hpp"
#include "soap_version.hpp"

namespace tally::soap {

/// Where a sample request goes, as shown in it.
struct SampleTarget {
  std::string path;
  std::string host;
};

/// The request of an operation with its HTTP header, as HTML in the layout of the original's help page: indented, with
/// the type's name as a placeholder for each value.
[[nodiscard]] std::string sample_request(const OperationContract& operation, SoapVersion version,
                                         const SampleTarget& target);

/// The same of its response.
[[nodiscard]] std::string sample_response(const OperationContract& operation, SoapVersion version);

}  // namespace tally::soap
