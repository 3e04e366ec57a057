#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tally/model/lock.hpp"

namespace tally::engine {

/// How many resources one command may unlock.
inline constexpr std::size_t resources_per_command_max = 1'000;

struct SetLock {
  model::SessionId session;
  model::Guid resource;
  model::ResourceKind kind = model::ResourceKind::custom;
  model::Guid section;
  model::Guid instance;
  bool check_out = false;  ///< keep it beyond the session's end
};
struct ClearLock {
  model::SessionId session;
  model::Guid resource;
  bool force = false;  ///< also somebody else's, for administrators
};
struct ClearLocks {
  model::SessionId session;
  std::vector<model::Guid> resources;
  bool force = false;
};
struct ReadLock {
  model::SessionId session;
  model::Guid resource;
};
struct ListLocks {
  model::SessionId session;
  bool own_only = false;  ///< of the session's user
  std::optional<model::ResourceKind> kind;
};

struct ReadProfile {
  model::SessionId session;
  std::string user;  ///< empty: the session's own
};
struct ReadProfileById {
  model::SessionId session;
  model::Guid profile;
};

}  // namespace tally::engine
