// Sums of the ledger over time against a count of the same lines that knows no quarters and no portions.

#include "history_sums.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "history_pace.hpp"
#include "history_windows.hpp"

using namespace tally;
using namespace tally::postgres::history;
using model::EventKind;
using storage::HistoryGroup;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t begin = 1'000'000 * quarter_length;

/// The sums with the rows that portions have put, as the table puts them together.
struct Table {
  Sums sums;
  std::map<std::pair<std::int32_t, std::int32_t>, QuarterRow> rows;

  void portion(const std::vector<CountedLine>& lines) {
    sums.begin_portion();
    for (const auto& line : lines) sums.add(line, {"default", "product", model::CounterKind::floating});
    for (const auto& [key, added] : sums.quarters()) {
      const auto [known, is_new] = rows.try_emplace(key, added);
      if (is_new) continue;
      auto& row = known->second;
      row.granted += added.granted;
      row.refused += added.refused;
      row.peak = std::max(row.peak, added.peak);
      row.quantity += added.quantity;
      row.area += added.area;
      row.until = added.until;
      row.used = added.used;
      row.maximum = added.maximum;
    }
  }
  std::int32_t id_of(HistoryGroup dimension, const std::string& name) const {
    for (std::int32_t id = 1;; ++id) {
      if (sums.group(id).dimension == dimension && sums.group(id).name == name) return id;
    }
  }
  const QuarterRow& row(HistoryGroup dimension, const std::string& name, std::int32_t quarter) const {
    return rows.at({id_of(dimension, name), quarter_of(begin) + quarter});
  }
};

CountedLine line(std::int64_t token, std::int64_t at, EventKind kind, std::int64_t used_after, std::int64_t hold = 0) {
  return {.token = token,
          .at = begin + at,
          .kind = kind,
          .door = 1,
          .counter = 7,
          .hold = hold,
          .quantity = 1,
          .used_after = used_after,
          .balance_after = 5 - used_after,
          .user = "anna"};
}

}  // namespace

TEST_CASE("a place counts for the door and the user that took it, whoever gives it back", "[history]") {
  Table table;
  auto back = line(2, 300 * second, EventKind::given_back, 0, 1);
  back.door = 0;
  table.portion({line(1, 0, EventKind::granted, 1, 1), back});
  const auto& door = table.row(HistoryGroup::door, "1", 0);
  CHECK(door.peak == 1);
  CHECK(door.used == 0);
  CHECK(door.area == Approx(300));
  CHECK(table.row(HistoryGroup::user, "anna", 0).granted == 1);
}

TEST_CASE("a place that a connection shares ends with the last who leaves", "[history]") {
  Table table;
  auto taken = line(1, 0, EventKind::granted, 1, 1);
  auto back = line(3, second, EventKind::given_back, 0, 2);
  taken.is_shared = back.is_shared = true;
  table.portion({taken, back});
  CHECK(table.row(HistoryGroup::door, "1", 0).used == 0);
}

TEST_CASE("a clock that goes back does not take time away", "[history]") {
  Table table;
  table.portion({line(1, 1000 * second, EventKind::granted, 1, 1), line(2, 100 * second, EventKind::granted, 2, 2)});
  CHECK(table.sums.time() == begin + 1000 * second);
  CHECK(table.row(HistoryGroup::counter, "7", 1).peak == 2);
  CHECK(table.rows.count({table.id_of(HistoryGroup::counter, "7"), quarter_of(begin)}) == 0);
}

TEST_CASE("a counter that is seen first in the middle has what it had before", "[history]") {
  Table table;
  table.portion({line(9, 450 * second, EventKind::given_back, 3, 4)});
  const auto& row = table.row(HistoryGroup::counter, "7", 0);
  CHECK(row.peak == 4);
  CHECK(row.used == 3);
  CHECK(row.maximum == 5);
}

TEST_CASE("portions of any size come to the same sums", "[history]") {
  std::mt19937 random{7};
  std::vector<CountedLine> lines;
  std::int64_t at = 0;
  std::vector<std::int64_t> held;
  for (std::int64_t token = 1; token <= 500; ++token) {
    at += static_cast<std::int64_t>(random() % 700) * second;
    if (!held.empty() && random() % 2 == 0) {
      const auto hold = held.back();
      held.pop_back();
      lines.push_back(line(token, at, EventKind::given_back, static_cast<std::int64_t>(held.size()), hold));
    } else {
      held.push_back(token);
      lines.push_back(line(token, at, EventKind::granted, static_cast<std::int64_t>(held.size()), token));
    }
  }
  Table whole;
  whole.portion(lines);
  Table parts;
  for (auto first = lines.begin(); first != lines.end();) {
    const auto size = std::min<std::ptrdiff_t>(1 + static_cast<std::ptrdiff_t>(random() % 9), lines.end() - first);
    parts.portion({first, first + size});
    first += size;
  }
  REQUIRE(parts.rows.size() == whole.rows.size());
  for (const auto& [key, row] : whole.rows) {
    const auto& other = parts.rows.at(key);
    CHECK(other.peak == row.peak);
    CHECK(other.granted == row.granted);
    CHECK(other.used == row.used);
    CHECK(other.previous == row.previous);
    CHECK(other.area == Approx(row.area));
  }
}

TEST_CASE("windows without a step stay as the one before left them", "[history]") {
  const std::int64_t day = 96 * quarter_length;
  const std::int64_t start = 20'000 * day;
  const std::vector<std::int64_t> starts{start, start + day, start + 2 * day, start + 3 * day};
  storage::HistoryRows rows;
  // One place since the noon of the second day, seen at the noon of the third.
  const WindowTotal total{.window = 1,
                          .area = 900e6,
                          .last_quarter = quarter_of(start + day + day / 2),
                          .last = {.used = 1'000'000, .maximum = std::nullopt},
                          .peak = 1'000'000,
                          .granted = 1};
  append_windows(rows, {}, HistoryGroup::counter, std::nullopt, {total}, starts, start + 2 * day + day / 2);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].average == Approx(0.5));
  CHECK(rows[1].average == Approx(1));
  CHECK(rows[1].peak == model::Quantity::units(1));
  CHECK(rows[1].granted == 0);
  CHECK_FALSE(rows[1].limit);
}

TEST_CASE("the sums wait while much comes to the ledger, unless somebody asks", "[history]") {
  const std::chrono::steady_clock::time_point start{std::chrono::hours{1}};
  Pace pace;
  REQUIRE(pace.rests(1'000'000'000, start));
  SECTION("few lines are summed up at once") {
    CHECK_FALSE(pace.rests(1'000'000'000 + 2 * Pace::busy_lines, start + std::chrono::seconds{2}));
  }
  SECTION("many wait until fewer come") {
    CHECK(pace.rests(1'000'100'000, start + std::chrono::seconds{2}));
    CHECK(pace.rests(1'000'200'000, start + std::chrono::seconds{4}));
    CHECK_FALSE(pace.rests(1'000'200'010, start + std::chrono::seconds{6}));
  }
  SECTION("a question that has to wait is reason enough, until the sums have come up") {
    pace.hurry();
    CHECK_FALSE(pace.rests(1'000'100'000, start + std::chrono::seconds{2}));
    CHECK_FALSE(pace.rests(1'000'200'000, start + std::chrono::seconds{4}));
    pace.come_up();
    CHECK(pace.rests(1'000'300'000, start + std::chrono::seconds{6}));
  }
}

TEST_CASE("what tenants are given is used from then on, and is a step of nobody's", "[history]") {
  Table table;
  table.portion({line(1, 60 * second, EventKind::allotted, 5), line(2, 120 * second, EventKind::allotted, 8),
                 line(3, 180 * second, EventKind::allotted, 3)});
  const QuarterRow& row = table.row(HistoryGroup::counter, "7", 0);
  CHECK(row.used_before == 0);
  CHECK(row.peak == 8);
  CHECK(row.used == 3);
  CHECK(row.granted == 3);
  CHECK(row.quantity == 3);
  CHECK(row.area == 5 * 60 + 8 * 60);
  CHECK(table.rows.size() == 2);  // the counter's and the product's
}
