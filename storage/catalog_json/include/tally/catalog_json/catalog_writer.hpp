#pragma once

#include <string>

#include "tally/model/catalog.hpp"

namespace tally::catalog_json {

/// The catalogue as pretty JSON with a final newline, members in the order of examples/catalog.json and absent ones
/// left out, so that two exports can be compared line by line. Whatever parse_catalog made is read back as the same
/// catalogue. Safe to call from any thread.
[[nodiscard]] std::string write_catalog(const model::Catalog& catalog);

}  // namespace tally::catalog_json
