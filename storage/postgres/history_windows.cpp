#include "history_windows.hpp"

#include <algorithm>

namespace tally::postgres::history {
namespace {

using model::Quantity;
using storage::HistoryGroup;
using storage::HistoryRow;

double seconds(std::int64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

model::Instant instant(std::int64_t at) { return model::Instant{std::chrono::microseconds{at}}; }

/// A window in which a group stayed as it was.
WindowTotal quiet(const Standing& standing, std::int64_t start) {
  return {.last_quarter = quarter_of(start) - 1, .last = standing, .peak = standing.used};
}

}  // namespace

void append_windows(storage::HistoryRows& rows, const HistoryRow& row, HistoryGroup group,
                    std::optional<Standing> before, const std::vector<WindowTotal>& totals,
                    const std::vector<std::int64_t>& starts, std::int64_t now) {
  const bool is_of_somebody = group == HistoryGroup::user || group == HistoryGroup::door;
  const bool has_use = !is_of_somebody || row.kind == model::CounterKind::floating;
  auto next = totals.begin();
  for (std::size_t window = 0; window + 1 < starts.size() && starts[window] < now; ++window) {
    const std::int64_t start = starts[window];
    const std::int64_t end = std::min(starts[window + 1], now);
    const bool has_steps = next != totals.end() && next->window == window;
    if (!has_steps && !before) continue;
    const WindowTotal total = has_steps ? *next++ : quiet(*before, start);
    before = total.last;
    if (group == HistoryGroup::user && total.peak == 0 && total.granted == 0 && total.refused == 0) continue;
    auto& told = rows.emplace_back(row);
    told.start = instant(start);
    told.end = instant(starts[window + 1]);
    // The last quarter's end may lie ahead: then what was added for it is taken off again.
    const double rest = seconds(end - (std::int64_t{total.last_quarter} + 1) * quarter_length);
    if (has_use) {
      const double area = total.area + static_cast<double>(total.last.used) * rest;
      told.average = std::max(0.0, area / seconds(end - start) / static_cast<double>(Quantity::millionths_per_unit));
      told.peak = Quantity::from_millionths(total.peak);
    }
    told.granted = total.granted;
    told.refused = total.refused;
    told.quantity = Quantity::from_millionths(total.quantity);
    if (!is_of_somebody && total.last.maximum) told.limit = Quantity::from_millionths(*total.last.maximum);
  }
}

}  // namespace tally::postgres::history
