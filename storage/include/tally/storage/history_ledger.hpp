#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tally/model/catalog.hpp"
#include "tally/model/event.hpp"
#include "tally/storage/usage_ledger.hpp"

namespace tally::storage {

/// What each row of a history is about. The numbers are stored: append only.
enum class HistoryGroup : std::int16_t { counter = 0, product = 1, user = 2, door = 3 };

enum class HistoryWindow { quarter_hour, hour, day, week, month };

/// Absent: all.
struct HistoryQuestion {
  model::Instant from;  ///< the window that it is in is the first
  model::Instant to;    ///< the window that ends at it or behind is the last
  HistoryWindow window = HistoryWindow::day;
  std::string zone = "UTC";  ///< of the IANA database: where days, weeks and months begin
  HistoryGroup group = HistoryGroup::counter;
  std::optional<model::AccountId> account;
  std::optional<std::string> product;  ///< of counters and products
  std::optional<std::string> user;     ///< of users
};

/// One group in one window. Peak, average and limit of what is used up are absent for users and doors: only places are
/// somebody's.
struct HistoryRow {
  model::Instant start;
  model::Instant end;
  model::AccountId account;
  model::CounterId counter;      ///< of counters
  std::int64_t license = 0;      ///< of counters
  std::string feature;           ///< of counters
  std::string name;              ///< the product, the user or the door
  model::CounterKind kind = {};  ///< places and units are never one sum
  std::optional<model::Quantity> peak;
  std::optional<double> average;         ///< over time, in whole units; of a window that goes on, up to now
  std::int64_t granted = 0;              ///< steps
  std::int64_t refused = 0;              ///< steps
  model::Quantity quantity;              ///< of the steps granted, less what consumers gave back
  std::optional<model::Quantity> limit;  ///< at the window's end; absent: none, or of a user or a door
};

/// By group, then by time.
using HistoryRows = std::vector<HistoryRow>;

/// An answer that is being read: which groups, and which of them are next.
struct HistoryReport {
  struct Group {
    std::int32_t id = 0;
    HistoryRow row;                           ///< what says which group it is
    std::optional<std::int64_t> used_before;  ///< when the first window began; absent: it was not there yet
    std::optional<std::int64_t> maximum_before;
  };
  HistoryGroup group = {};
  std::vector<std::int64_t> starts;  ///< of each window and the end of the last, in microseconds
  std::int64_t now = 0;              ///< for all of it
  std::vector<Group> groups;
  std::size_t next = 0;

  [[nodiscard]] bool is_over() const { return next == groups.size(); }
};

/// Why a question has no answer, besides NotRetained and LedgerSilent.
struct UnknownZone {};
struct UnevenZone {};   ///< its days began beside the quarters of an hour then
struct TooManyRows {};  ///< more than history_groups_max, or groups times windows are more than history_rows_max
struct SumsBehind {};   ///< the ledger grew faster than it was summed up: later

inline constexpr std::size_t history_groups_max = 100'000;
inline constexpr std::int64_t history_rows_max = 50'000'000;
/// So many rows are read at once, or those of one group.
inline constexpr std::size_t history_portion = 50'000;
/// So many windows: more than a year by quarters of an hour.
inline constexpr std::int64_t history_windows_max = 40'000;

/// Sums of the ledger over time. One thread at a time; each call ends in bounded time.
class HistoryLedger {
 public:
  virtual ~HistoryLedger() = default;

  /// Adds the part of the ledger that is not summed up yet to the sums, or a portion of it: then it tells true, and
  /// there is more. Another process may do the same at the same time: one of them does it.
  [[nodiscard]] virtual std::expected<bool, LedgerSilent> sum_up() = 0;

  /// Of all that was committed before the call. Holds nothing of the store while it is read.
  [[nodiscard]] virtual UsageAnswer<HistoryReport, NotRetained, UnknownZone, UnevenZone, TooManyRows, SumsBehind>
  history(const HistoryQuestion& question) = 0;

  /// The rows of the next groups, about history_portion of them.
  [[nodiscard]] virtual std::expected<HistoryRows, LedgerSilent> next_rows(HistoryReport& report) = 0;
};

}  // namespace tally::storage
