#pragma once

#include <string>

namespace tally::embedded {

/// What a caller may want to tell apart; everything else is read by a person.
enum class ClusterProblem {
  locked,   ///< Another Tally keeps this data directory.
  stopped,  ///< PrivateCluster::stop() came first: not a failure, the caller asked for it.
  failed    ///< Anything else: the message and the remedy say what.
};

/// Why a private cluster is not to be had. Both texts are for the operator of this machine: they name paths, users and
/// process ids, and must not cross a door.
struct ClusterError {
  ClusterProblem problem = ClusterProblem::failed;
  std::string message;  ///< What went wrong, one sentence without a full stop; a server's own log lines may follow.
  std::string remedy;   ///< What to do about it, one sentence; empty if nothing sensible can be said.
};

}  // namespace tally::embedded
