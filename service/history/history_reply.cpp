#include "history_reply.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>
#include <vector>

#include "tally/common/json_text.hpp"
#include "tally/model/names.hpp"

namespace tally::history {
namespace {

using model::Quantity;
using storage::HistoryGroup;
using storage::HistoryQuestion;
using storage::HistoryRow;
using storage::HistoryRows;

std::string time_text(model::Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

std::string door_name(const std::string& number) {
  std::int16_t door = 0;
  std::from_chars(number.data(), number.data() + number.size(), door);
  return std::string{name_of(static_cast<model::Door>(door))};
}

std::string rounded(double units) {
  return to_string(Quantity::from_millionths(std::llround(units * static_cast<double>(Quantity::millionths_per_unit))));
}

void append_cell(std::string& csv, std::string text) {
  if (!text.empty() && std::string_view{"=+-@"}.contains(text.front())) text.insert(0, 1, '\'');
  if (text.find_first_of("\",\r\n") == std::string::npos) {
    csv += text;
    return;
  }
  csv += '"';
  for (const char c : text) csv.append(c == '"' ? 2 : 1, c);
  csv += '"';
}

void append_text_member(std::string& json, std::string_view name, std::string_view value) {
  json.append(1, '"').append(name).append("\":");
  common::append_json_text(json, value);
  json += ',';
}

}  // namespace

/// A member of a row, which is a column, too. Numbers are the same text in both; an empty one is null.
struct ReplyWriter::Member {
  std::string_view name;
  bool is_text;
  std::function<std::string(const HistoryRow&)> value;
};

std::vector<ReplyWriter::Member> ReplyWriter::members_of(HistoryGroup group) {
  std::vector<Member> members{{"start", true, [](const HistoryRow& row) { return time_text(row.start); }},
                              {"end", true, [](const HistoryRow& row) { return time_text(row.end); }},
                              {"account", true, [](const HistoryRow& row) { return row.account; }}};
  const auto add = [&](std::string_view name, bool is_text, std::function<std::string(const HistoryRow&)> value) {
    members.push_back({name, is_text, std::move(value)});
  };
  const auto name = [](const HistoryRow& row) { return row.name; };
  switch (group) {
    case HistoryGroup::counter:
      add("product", true, name);
      add("license", false, [](const HistoryRow& row) { return std::to_string(row.license); });
      add("feature", true, [](const HistoryRow& row) { return row.feature; });
      add("counter", false, [](const HistoryRow& row) { return std::to_string(row.counter.value); });
      break;
    case HistoryGroup::product: add("product", true, name); break;
    case HistoryGroup::user: add("user", true, name); break;
    case HistoryGroup::door: add("door", true, [](const HistoryRow& row) { return door_name(row.name); }); break;
  }
  add("kind", true, [](const HistoryRow& row) { return std::string{name_of(row.kind)}; });
  add("peak", false, [](const HistoryRow& row) { return row.peak ? to_string(*row.peak) : std::string{}; });
  add("average", false, [](const HistoryRow& row) { return row.average ? rounded(*row.average) : std::string{}; });
  add("granted", false, [](const HistoryRow& row) { return std::to_string(row.granted); });
  add("refused", false, [](const HistoryRow& row) { return std::to_string(row.refused); });
  add("quantity", false, [](const HistoryRow& row) { return to_string(row.quantity); });
  if (group == HistoryGroup::counter || group == HistoryGroup::product)
    add("limit", false, [](const HistoryRow& row) { return row.limit ? to_string(*row.limit) : std::string{}; });
  return members;
}

ReplyWriter::ReplyWriter(const HistoryRequest& request)
    : request_{request}, members_{members_of(request.question.group)} {}
ReplyWriter::~ReplyWriter() = default;
ReplyWriter::ReplyWriter(ReplyWriter&&) noexcept = default;

std::string ReplyWriter::begin() const {
  std::string text;
  if (request_.format == Format::csv) {
    for (const auto& member : members_) text.append(text.empty() ? "" : ",").append(member.name);
    return text + "\r\n";
  }
  text = "{";
  append_text_member(text, "window", name_of(request_.question.window));
  append_text_member(text, "tz", request_.question.zone);
  append_text_member(text, "group", name_of(request_.question.group));
  return text + "\"rows\":[";
}

std::string ReplyWriter::rows(const HistoryRows& rows) {
  std::string text;
  for (const auto& row : rows) {
    if (request_.format == Format::csv)
      append_csv(text, row);
    else
      append_json(text, row);
  }
  return text;
}

std::string ReplyWriter::end() const { return request_.format == Format::csv ? "" : "]}"; }

void ReplyWriter::append_json(std::string& json, const HistoryRow& row) {
  json += std::exchange(is_first_, false) ? "{" : ",{";
  for (const auto& member : members_) {
    if (!json.ends_with('{')) json += ',';
    json.append(1, '"').append(member.name).append("\":");
    const std::string value = member.value(row);
    if (member.is_text)
      common::append_json_text(json, value);
    else
      json += value.empty() ? "null" : value;
  }
  json += '}';
}

void ReplyWriter::append_csv(std::string& csv, const HistoryRow& row) const {
  bool is_first = true;
  for (const auto& member : members_) {
    if (!std::exchange(is_first, false)) csv += ',';
    if (member.is_text)
      append_cell(csv, member.value(row));
    else
      csv += member.value(row);
  }
  csv += "\r\n";
}

}  // namespace tally::history
