#pragma once

#include <expected>
#include <string>
#include <system_error>
#include <utility>

#include "tally/embedded/cluster_error.hpp"

namespace tally::embedded {

inline std::unexpected<ClusterError> failed(std::string message, std::string remedy = {}) {
  return std::unexpected(ClusterError{ClusterProblem::failed, std::move(message), std::move(remedy)});
}

inline std::unexpected<ClusterError> stopped_early() {
  return std::unexpected(
      ClusterError{ClusterProblem::stopped, "the private database was stopped while it started", {}});
}

/// The system's words for an errno value, safe to ask for in any thread.
inline std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace tally::embedded
