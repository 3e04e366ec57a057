#pragma once

#include <string>
#include <vector>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/settings.hpp"

namespace tally::model {

/// A client's log-in, as it is stored. What it holds is kept by the engine.
struct Session {
  SessionId id;
  AccountId account;
  std::string user;      ///< the authenticated name, or the anonymous user of the configuration
  std::string database;  ///< the alias that the client named; empty when it named none
  std::string computer;  ///< fixed at log-in: ComputerName, else ComputerAddress, else the peer's address
  std::string address;   ///< where the log-in came from
  Instant login_time;
  Instant last_contact;
  bool offline = false;
  std::vector<Guid> remembered;  ///< options whose places an offline session takes again, oldest first, with repeats
  Settings settings;             ///< what the client set; what the server knows is added when they are read
};

}  // namespace tally::model
