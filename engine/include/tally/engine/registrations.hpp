#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "tally/model/consumption.hpp"

namespace tally::engine {

/// A named user's place. A lease runs on monotonic time, a loan until a date; one that has neither lasts.
struct LiveRegistration {
  model::Registration row;
  std::optional<std::chrono::steady_clock::time_point> lapses_at;  ///< absent while it is lent, and without a lease
};

/// The places that named users have, of all counters. Belongs to one thread; rules read it, only Draft and loading
/// change it.
class Registrations {
 public:
  /// Sorted, since clients choose these names: they can't make a hash table degenerate.
  using ByUser = std::map<std::string, LiveRegistration>;
  template<class Time>
  using Ends = std::set<std::tuple<Time, model::CounterId, std::string>>;

  [[nodiscard]] const LiveRegistration* find(model::CounterId counter, const std::string& user) const;
  [[nodiscard]] const ByUser& of(model::CounterId counter) const;
  [[nodiscard]] const std::map<model::CounterId, ByUser>& all() const { return by_counter_; }
  /// The leases, the one that lapses first in front.
  [[nodiscard]] const Ends<std::chrono::steady_clock::time_point>& leases() const { return leases_; }
  /// The loans, the one that ends first in front.
  [[nodiscard]] const Ends<model::Instant>& loans() const { return loans_; }

  /// In the place of an earlier one of the same user.
  void put(LiveRegistration registration);
  void remove(model::CounterId counter, const std::string& user);

 private:
  std::map<model::CounterId, ByUser> by_counter_;  ///< no empty entries
  Ends<std::chrono::steady_clock::time_point> leases_;
  Ends<model::Instant> loans_;
};

}  // namespace tally::engine
