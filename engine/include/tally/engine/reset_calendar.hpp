#pragma once

#include <array>
#include <optional>
#include <set>
#include <utility>

#include "tally/model/consumption.hpp"

namespace tally::engine {

/// Which counters return to 0 when. Belongs to one thread.
class ResetCalendar {
 public:
  /// In the order of their boundaries.
  using Line = std::set<std::pair<model::Instant, model::CounterId>>;

  void add(model::CounterId counter, const model::Boundary& boundary) {
    line_of(boundary.period).emplace(boundary.at, counter);
  }
  void remove(model::CounterId counter, const model::Boundary& boundary) {
    line_of(boundary.period).erase({boundary.at, counter});
  }
  /// The counters with boundaries of this period.
  [[nodiscard]] const Line& line(model::Period period) const { return lines_[index(period)]; }

  /// Counters whose boundary is missing or is none of their period: one is to be set, without a reset.
  [[nodiscard]] const std::set<model::CounterId>& unset() const { return unset_; }
  void set_unset(model::CounterId counter, bool unset) {
    unset ? void(unset_.insert(counter)) : void(unset_.erase(counter));
  }

 private:
  static std::size_t index(model::Period period) { return static_cast<std::size_t>(period) - 1; }
  Line& line_of(model::Period period) { return lines_[index(period)]; }

  std::array<Line, 4> lines_;
  std::set<model::CounterId> unset_;
};

}  // namespace tally::engine
