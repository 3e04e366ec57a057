#pragma once

#include <expected>
#include <string>

#include "failure.hpp"
#include "tally/engine/command.hpp"

namespace tally {

/// Reads a catalogue file into the command that imports it. A file with mistakes fails with all of them, a line each.
[[nodiscard]] std::expected<engine::ImportCatalog, Failure> read_catalog_file(const std::string& path);

}  // namespace tally
