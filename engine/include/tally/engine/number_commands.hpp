#pragma once

#include <cstdint>
#include <string>

#include "tally/model/guid.hpp"
#include "tally/model/numerator.hpp"

namespace tally::engine {

/// How many rows a page of a list has.
inline constexpr std::uint32_t rows_per_page = 1'000;

/// All or nothing.
struct TakeNumbers {
  model::SessionId session;
  model::ZoneKey zone;
  model::Guid zone_id;  ///< derived from the key, by the door
  model::NumberRange numbers;
  model::Guid for_user;  ///< the user's card, as the caller names it; zero for none
};
struct TakeFreeNumber {
  enum class Which { lowest, highest };
  model::SessionId session;
  model::ZoneKey zone;
  model::Guid zone_id;
  Which which = Which::lowest;
  model::Guid for_user;
};
struct ReleaseNumbers {
  model::SessionId session;
  model::ZoneKey zone;
  model::NumberRange numbers;
};
struct ReleaseNumberById {
  model::SessionId session;
  model::Guid numerator;
  model::Guid number_id;
};
struct ChangeBound {
  enum class Side { left, right };
  model::SessionId session;
  model::Guid numerator;
  Side side = Side::left;
  std::int32_t bound = 0;
  bool force = false;  ///< leave taken numbers outside
};
struct ReadNumberById {
  model::SessionId session;
  model::ZoneKey zone;
  model::Guid number_id;
};
struct ReadNumberId {
  model::SessionId session;
  model::Guid numerator;
  model::Guid zone_id;
  std::int32_t number = 0;
};
struct ReadNumberStatus {
  model::SessionId session;
  model::ZoneKey zone;
  std::int32_t number = 0;
};
struct ListNumbers {
  model::SessionId session;
  model::ZoneKey zone;
  model::NumberRange numbers;
  model::Guid cursor;  ///< what the cursor shall be called if one is needed; drawn by the door
};

struct ReadCursorPage {
  model::SessionId session;
  model::Guid cursor;
  std::uint32_t page = 1;  ///< the first page is 1
};
struct ReadPageCount {
  model::SessionId session;
  model::Guid cursor;
};
struct CloseCursor {
  model::SessionId session;
  model::Guid cursor;
};

}  // namespace tally::engine
