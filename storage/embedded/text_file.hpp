#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tally::embedded {

/// The content of a file from a place on; what cannot be read is empty. Does not follow a symbolic link to it.
std::string read_text(const std::filesystem::path& path, std::uintmax_t from = 0);

}  // namespace tally::embedded
