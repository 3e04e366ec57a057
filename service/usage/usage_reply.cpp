#include "usage_reply.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>
#include <vector>

#include "session_kind.hpp"
#include "tally/common/digest.hpp"
#include "tally/engine/settings_rules.hpp"
#include "tally/model/names.hpp"

namespace tally::usage {
namespace {

namespace json = boost::json;
using model::Quantity;
using storage::HeldPlace;

/// 4D's number for "without a limit".
constexpr std::int64_t unlimited = 32767;

/// Places are whole; a limit beyond 4D's own numbers is told as it is.
std::int64_t whole(Quantity quantity) { return quantity.millionths() / Quantity::units(1).millionths(); }
std::int64_t whole_or_unlimited(const std::optional<Quantity>& quantity) {
  return quantity ? whole(*quantity) : unlimited;
}

/// With as many decimals as are kept, so that `at` finds what was taken at that very time.
std::string time_text(model::Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text.data();
}

std::string capitals(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  return text;
}

/// 32 digits that tell nothing of what they were made from.
std::string digits_for(std::string_view text) { return capitals(common::sha256(text).substr(0, 32)); }

std::string value_or_empty(const HeldPlace& place, std::string_view setting) {
  const auto* value = engine::value_of(place.settings, setting);
  return value != nullptr ? *value : std::string{};
}

/// Knowing the id of a session is the right to use it, so it is never shown itself.
std::string shown_id(const model::SessionId& session) { return digits_for("session " + to_string(session)); }
std::string id_of(const HeldPlace& place) {
  if (place.session.is_zero()) return digits_for("place " + std::to_string(place.token.value));
  return shown_id(place.session);
}

/// The same each time that somebody comes from that computer.
std::string persistent_id_of(const HeldPlace& place) {
  auto named = value_or_empty(place, persistent_id_setting);
  if (!named.empty()) return capitals(std::move(named));
  return digits_for("client " + model::lower_case(place.computer) + '\n' + place.user);
}

json::object session_of(const HeldPlace& place) {
  const auto* named_address = engine::value_of(place.settings, "ComputerAddress");
  const std::string address = named_address != nullptr && !named_address->empty() ? *named_address : place.address;
  const SessionKind kind = kind_of(place.settings);
  switch (kind) {
    case SessionKind::sql: {
      std::int64_t user_id = 0;
      const auto text = value_or_empty(place, sql_user_id_setting);
      std::from_chars(text.data(), text.data() + text.size(), user_id);
      return {{"IPAddress", address},
              {"userAgent", value_or_empty(place, user_agent_setting)},
              {"userName", place.user},
              {"userId", user_id}};
    }
    case SessionKind::rest:
      return {{"userName", place.user},
              {"sessionID", id_of(place)},
              {"IPAddress", address},
              {"isDatastore", value_or_empty(place, datastore_setting) == "true"}};
    case SessionKind::remote:
    case SessionKind::stored_procedure:
    case SessionKind::web: break;
  }
  return {{"type", name_of(kind)},
          {"userName", place.user},
          {"machineName", place.computer},
          {"systemUserName", value_or_empty(place, system_user_setting)},
          {"IPAddress", address},
          {"hostType", value_or_empty(place, host_type_setting)},
          {"creationDateTime", time_text(place.opened_at)},
          {"state", "active"},
          {"ID", id_of(place)},
          {"persistentID", persistent_id_of(place)},
          {"licenseToken", place.token.value}};
}

/// What is told of a place besides who has it.
struct Taking {
  const storage::ProductName& product;
  Quantity used;
  const std::optional<Quantity>& balance;
  model::Token token;
  model::Instant at;
};
json::object members_of(const Taking& taking) {
  return {{"productId", taking.product.id},
          {"productName", taking.product.name},
          {"productUsedCount", whole(taking.used)},
          {"productBalance", whole_or_unlimited(taking.balance)},
          {"globalProductUsedCount", whole(taking.used)},
          {"token", taking.token.value},
          {"time", time_text(taking.at)}};
}

json::object element_of(const HeldPlace& place) {
  json::object element = members_of({.product = place.product,
                                     .used = place.used_then,
                                     .balance = place.balance_then,
                                     .token = place.token,
                                     .at = place.taken_at});
  element["reason"] = place.reason.empty() ? usual_reason(kind_of(place.settings)) : std::string_view{place.reason};
  element["session"] = session_of(place);
  return element;
}

/// The last day on which something is valid that ends at this instant.
json::object last_day(model::Instant end) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(end - std::chrono::microseconds{1})};
  return {{"day", static_cast<unsigned>(date.day())},
          {"month", static_cast<unsigned>(date.month())},
          {"year", static_cast<int>(date.year())}};
}

/// A product, with its rights of several licenses.
struct Product {
  storage::ProductName name;
  std::int64_t used = 0;
  std::int64_t allowed = 0;
  bool is_unlimited = false;
  json::array rights;

  void add(const storage::ProductRight& right, model::Instant now) {
    used += whole(right.used);
    const model::License& license = right.license;
    const bool has_expired = license.valid_until && *license.valid_until <= now;
    // A right that is not given yet, or no more, is none; one that has expired is told but not counted.
    if (!license.valid_at(now) && !has_expired) return;
    json::object told{{"count", whole_or_unlimited(right.maximum)}};
    if (license.valid_until) told["expirationDate"] = last_day(*license.valid_until);
    rights.push_back(std::move(told));
    if (has_expired) return;
    is_unlimited |= !right.maximum;
    if (right.maximum) allowed += whole(*right.maximum);
  }
};

}  // namespace

std::string session_reply(const model::Session& session) {
  return json::serialize(json::object{{"id", to_string(session.id)},
                                      {"ID", shown_id(session.id)},
                                      {"type", name_of(kind_of(session.settings))},
                                      {"userName", session.user},
                                      {"creationDateTime", time_text(session.login_time)}});
}

std::string place_reply(const model::PlaceView& place) {
  const storage::ProductName product{place.product_id, place.product_name};
  return json::serialize(members_of({.product = product,
                                     .used = place.hold.used_then,
                                     .balance = place.hold.balance_then,
                                     .token = place.hold.token,
                                     .at = place.hold.taken_at}));
}

std::string usage_reply(const storage::HeldPlaces& held) {
  std::string text = "[";
  for (const auto& place : held.places) {
    if (text.size() > 1) text += ',';
    text += json::serialize(element_of(place));
  }
  return text + ']';
}

std::string info_reply(const storage::AccountRights& account, model::Instant now) {
  std::vector<Product> products;
  bool is_trial = false;
  for (const auto& right : account.rights) {
    is_trial |= right.license.trial.value_or(false);
    auto known = std::ranges::find(products, right.product.id, [](const Product& p) { return p.name.id; });
    if (known == products.end()) known = products.insert(known, Product{.name = right.product});
    known->add(right, now);
  }
  json::array told;
  for (auto& product : products) {
    told.push_back(json::object{{"id", product.name.id},
                                {"name", product.name.name},
                                {"usedCount", product.used},
                                {"allowedCount", product.is_unlimited ? unlimited : product.allowed},
                                {"rights", std::move(product.rights)}});
  }
  return json::serialize(json::object{{"name", account.account.id},
                                      {"companyName", account.account.name},
                                      {"evaluation", is_trial},
                                      {"products", std::move(told)}});
}

}  // namespace tally::usage
