#include "history_query.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/query_values.hpp"

namespace tally::history {
namespace {

using storage::HistoryGroup;
using storage::HistoryQuestion;
using storage::HistoryWindow;
using namespace std::chrono_literals;

// The words, in the order of the enums.
constexpr std::array<std::string_view, 4> groups{"counter", "product", "user", "door"};
constexpr std::array<std::string_view, 5> windows{"15m", "hour", "day", "week", "month"};

constexpr std::chrono::days usual_length{30};
/// Outside of these the quarters of an hour are not numbered.
constexpr model::Instant earliest = std::chrono::sys_days{std::chrono::year{1970} / 1 / 3};
constexpr model::Instant latest = std::chrono::sys_days{std::chrono::year{9000} / 1 / 1};

template<class Enum, std::size_t count>
bool read_word(std::string_view text, const std::array<std::string_view, count>& words, Enum& value) {
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return false;
  value = static_cast<Enum>(found - words.begin());
  return true;
}

std::optional<model::Instant> instant_of(std::string text) {
  // A blank where a '+' was meant, which a query must write as %2B.
  std::ranges::replace(text, ' ', '+');
  const auto instant = catalog_json::parse_instant(text);
  return instant && *instant >= earliest && *instant <= latest ? instant : std::nullopt;
}

/// False when the value can't be one.
bool take(const std::string& name, const std::string& value, HistoryRequest& request) {
  HistoryQuestion& question = request.question;
  if (name == "window") return read_word(value, windows, question.window);
  if (name == "group") return read_word(value, groups, question.group);
  if (name == "format") return read_word(value, std::array<std::string_view, 2>{"json", "csv"}, request.format);
  if (name == "tz") question.zone = value;
  if (name == "account") question.account = value;
  if (name == "product") question.product = value;
  if (name == "user") question.user = value;
  return true;
}

std::chrono::microseconds shortest(HistoryWindow window) {
  switch (window) {
    case HistoryWindow::quarter_hour: return 15min;
    case HistoryWindow::hour: return 1h;
    case HistoryWindow::day: return 24h;
    case HistoryWindow::week: return std::chrono::weeks{1};
    case HistoryWindow::month: return std::chrono::days{28};
  }
  return 15min;
}

std::optional<std::string> mistake_in(const HistoryQuestion& question) {
  if (question.from >= question.to) return "from is not before to";
  if ((question.to - question.from) / shortest(question.window) > storage::history_windows_max)
    return "there are more than " + std::to_string(storage::history_windows_max) +
           " windows: ask for longer ones, or a shorter time";
  const bool has_products = question.group == HistoryGroup::counter || question.group == HistoryGroup::product;
  if (question.product && !has_products) return "product is for group counter or product";
  if (question.user && question.group != HistoryGroup::user) return "user is for group user";
  return std::nullopt;
}

}  // namespace

std::expected<HistoryRequest, std::string> read_history_query(std::string_view query, std::string_view accept,
                                                              model::Instant now) {
  static constexpr std::array<std::string_view, 9> known{"from",    "to",      "window", "tz",    "group",
                                                         "account", "product", "user",   "format"};
  auto values = common::query_values(query, known);
  if (!values) return std::unexpected{values.error()};
  HistoryRequest request;
  if (accept.starts_with("text/csv")) request.format = Format::csv;
  request.question.to = now;
  for (const auto name : {"to", "from"}) {
    auto& instant = *name == 't' ? request.question.to : request.question.from;
    if (*name == 'f') instant = request.question.to - usual_length;
    const auto value = values->find(name);
    if (value == values->end()) continue;
    const auto read = instant_of(value->second);
    if (!read) return std::unexpected{std::string{"the value of "} + name + " is not valid"};
    instant = *read;
  }
  for (const auto& [name, value] : *values) {
    if (!take(name, value, request)) return std::unexpected{"the value of " + name + " is not valid"};
  }
  if (auto mistake = mistake_in(request.question)) return std::unexpected{std::move(*mistake)};
  return request;
}

std::string_view name_of(HistoryGroup group) { return groups[static_cast<std::size_t>(group)]; }
std::string_view name_of(HistoryWindow window) { return windows[static_cast<std::size_t>(window)]; }

}  // namespace tally::history
