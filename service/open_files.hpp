#pragma once

#include <cstddef>

namespace tally {

/// Lets the process have so many descriptors, or as many as the system allows; returns how many it may have then.
std::size_t allow_open_files(std::size_t wanted);

}  // namespace tally
