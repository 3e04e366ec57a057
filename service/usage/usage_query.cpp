#include "usage_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "session_kind.hpp"
#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/query_values.hpp"
#include "tally/model/names.hpp"

namespace tally::usage {
namespace {

using storage::HeldPlacesQuestion;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

/// False when the value can't be one.
bool take(const std::string& name, const std::string& value, HeldPlacesQuestion& question) {
  if (name == "at") {
    // A blank where a '+' was meant, which a query must write as %2B.
    std::string time = value;
    std::ranges::replace(time, ' ', '+');
    question.at = catalog_json::parse_instant(time);
    return question.at.has_value();
  }
  if (name == "kind") {
    const auto kind = session_kind_named(value);
    if (kind) question.kind = model::lower_case(name_of(*kind));
    return kind.has_value();
  }
  if (name == "account") question.account = value;
  if (name == "product") question.product = value;
  if (name == "user") question.user = value;
  const auto number = whole_number(value);
  if (name == "after") question.after = {number.value_or(-1)};
  if (name == "limit") question.limit = static_cast<std::size_t>(number.value_or(0));
  if (name == "after") return number && *number >= 0;
  if (name == "limit") return number && *number >= 1 && *number <= static_cast<std::int64_t>(elements_max);
  return true;
}

}  // namespace

std::expected<HeldPlacesQuestion, std::string> read_usage_query(std::string_view query) {
  static constexpr std::array<std::string_view, 7> known{"at", "account", "product", "user", "kind", "after", "limit"};
  const auto values = common::query_values(query, known);
  if (!values) return std::unexpected{values.error()};
  HeldPlacesQuestion question;
  question.limit = elements_max;
  for (const auto& [name, value] : *values) {
    if (!take(name, value, question)) return std::unexpected{"the value of " + name + " is not valid"};
  }
  return question;
}

std::optional<model::Token> read_token(std::string_view text) {
  const auto number = whole_number(text);
  return number ? std::optional{model::Token{*number}} : std::nullopt;
}

std::expected<model::AccountId, std::string> read_info_query(std::string_view query) {
  static constexpr std::array<std::string_view, 1> known{"account"};
  auto values = common::query_values(query, known);
  if (!values) return std::unexpected{values.error()};
  return values->empty() ? "default" : std::move(values->begin()->second);
}

}  // namespace tally::usage
