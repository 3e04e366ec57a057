#pragma once

#include <string>

namespace tally::soap {

/// The page a browser gets at the service's address: the operations, and which of them are not built yet.
[[nodiscard]] std::string help_page();

}  // namespace tally::soap
