#pragma once

#include <string>
#include <string_view>

namespace tally::soap {

/// The WSDL file as it stands in wsdl/.
extern const std::string_view contract;

/// The WSDL with the service's address put in.
[[nodiscard]] std::string contract_at(std::string_view address);

/// What `?disco` answers: where the contract and the two ports are.
[[nodiscard]] std::string discovery_document(std::string_view address);

}  // namespace tally::soap
