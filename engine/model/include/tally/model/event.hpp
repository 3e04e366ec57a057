#pragma once

#include <optional>
#include <string>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/number_range.hpp"
#include "tally/model/quantity.hpp"

namespace tally::model {

/// What a line of the ledger says. The numbers are stored: append only.
enum class EventKind : std::int16_t {
  granted = 1,
  refused = 2,
  given_back = 3,
  session_opened = 4,
  session_ended = 5,
  expired = 6,   ///< a place went back because its lease was over
  reset = 7,     ///< a period ended: what was used up is 0 again
  adjusted = 8,  ///< settings of a counter were changed by a request: no count changes
  allotted =
      9,  ///< a tenant's service has so much of a product now, as the quantity says; the reason says which service
  joined = 10,  ///< a hold was made that shares the place its connection has: nothing more is used
  left = 11,    ///< a hold ended whose place others of its connection go on using
  number_taken = 12,
  number_released = 13,
  bounds_changed = 14,
  locked = 15,
  unlocked = 16,
};

/// Which door a step came through. The numbers are stored: append only.
enum class Door : std::int16_t {
  engine = 0,
  soap = 1,
  floating = 2,
  license_resource_manager = 3,
  usage = 4,
  admin = 5,
  command_line = 6
};

/// Who has the place. The numbers are stored: append only.
enum class HolderKind : std::int16_t {
  session = 1,
  connection = 2,      ///< the sessions of one user on one computer: each has a hold, together they use one place
  named_user = 3,      ///< somebody without a session; what they hold is a Registration
  tenant_service = 4,  ///< what it holds is an Allotment
};

/// One line of the ledger: what happened, to which counter, by whom, and the counts after it. Never changed once
/// written.
///
/// It carries every effect, so that replaying it needs no rule.
struct Event {
  Token token;
  EventKind kind = EventKind::granted;
  Door door = Door::engine;
  CounterId counter;  ///< 0 for events that concern no counter
  SessionId session;  ///< zero when none is concerned
  std::string user;
  HolderKind holder_kind = HolderKind::session;  ///< of the hold that was made or ended
  Token hold;         ///< the hold that was made (its own token) or ended; 0 for none, as where units are used up
  Quantity quantity;  ///< what was asked for or given back
  Quantity used_after;
  Quantity gross_after;                   ///< all that was ever granted; giving back does not lower it
  std::optional<Quantity> balance_after;  ///< what was left then; absent without a limit
  std::string reason;  ///< why, in a word: "logout", "idle", "terminated", "limit"; empty for a plain request

  // Of steps that concern numbers and locks only.
  Guid resource;                       ///< the numerator, or what was locked; zero for none
  std::optional<NumberRange> numbers;  ///< what was taken or released, or the new bounds
  Guid for_user;                       ///< the user's card that a number was taken for; zero when none was named
};

/// One place (or an allotted quantity) taken by one step, with the counts frozen when it was taken.
struct Hold {
  Token token;
  CounterId counter;
  HolderKind holder_kind = HolderKind::session;
  SessionId session;
  Quantity quantity;
  Instant taken_at;
  Quantity used_then;
  std::optional<Quantity> balance_then;
  std::string reason;
};

/// The folded sum of a counter's events up to and including `group`.
struct Balance {
  CounterId counter;
  Quantity used;
  Quantity gross;
  Quantity high_water;
  GroupNumber group;
};

}  // namespace tally::model
