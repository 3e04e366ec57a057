#pragma once

#include <array>
#include <string_view>

#include "built_operations.hpp"

namespace tally::soap {

/// Every operation of the contract.
inline constexpr std::array operation_names{
#define OPERATION(Name) std::string_view{#Name},
#include "operations.inc"
#undef OPERATION
};

/// Those that are carried out; the others answer NotImplemented and are marked on the help page.
inline constexpr std::array built_operations{
#define OPERATION(Name) std::string_view{#Name},
    TALLY_BUILT_OPERATIONS(OPERATION)
#undef OPERATION
};

}  // namespace tally::soap
