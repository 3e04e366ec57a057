#include "outcome_json.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "license_json.hpp"

namespace tally::postgres {
namespace {

namespace json = boost::json;
using model::Instant;

std::int64_t microseconds(Instant at) { return at.time_since_epoch().count(); }
Instant instant(const json::value& value) {
  return Instant{std::chrono::microseconds{value.to_number<std::int64_t>()}};
}
std::string text(const json::value& value) { return std::string{value.as_string()}; }

model::Guid guid(const json::value& value) {
  const auto parsed = model::parse_guid(std::string_view{value.as_string()});
  if (!parsed) throw std::runtime_error{"not a guid in a stored outcome"};
  return *parsed;
}

json::array settings_array(const model::Settings& settings) {
  json::array array;
  for (const auto& s : settings) {
    array.push_back({{"name", s.name}, {"type", s.type}, {"value", s.value}, {"read_only", s.read_only}});
  }
  return array;
}

model::Settings settings_of(const json::value& value) {
  model::Settings settings;
  for (const auto& s : value.as_array()) {
    settings.push_back({text(s.at("name")), text(s.at("type")), text(s.at("value")), s.at("read_only").as_bool()});
  }
  return settings;
}

json::object session_object(const model::Session& s) {
  return {{"id", to_string(s.id)},
          {"account", s.account},
          {"user", s.user},
          {"database", s.database},
          {"computer", s.computer},
          {"address", s.address},
          {"login_time", microseconds(s.login_time)},
          {"last_contact", microseconds(s.last_contact)},
          {"offline", s.offline},
          {"settings", settings_array(s.settings)}};
}

model::Session session_of(const json::value& v) {
  return {.id = guid(v.at("id")),
          .account = text(v.at("account")),
          .user = text(v.at("user")),
          .database = text(v.at("database")),
          .computer = text(v.at("computer")),
          .address = text(v.at("address")),
          .login_time = instant(v.at("login_time")),
          .last_contact = instant(v.at("last_contact")),
          .offline = v.at("offline").as_bool(),
          .settings = settings_of(v.at("settings"))};
}

model::FailedItems failed_items_of(const json::value& value) {
  model::FailedItems failed;
  for (const auto& id : value.at("failed").as_array()) failed.resources.push_back(guid(id));
  return failed;
}

json::object place_object(const model::PlaceView& view) {
  json::object object{{"answer", "place"},
                      {"token", view.hold.token.value},
                      {"counter", view.hold.counter.value},
                      {"holder_kind", static_cast<int>(view.hold.holder_kind)},
                      {"session", to_string(view.hold.session)},
                      {"quantity_millionths", view.hold.quantity.millionths()},
                      {"taken_at", microseconds(view.hold.taken_at)},
                      {"used_millionths", view.hold.used_then.millionths()},
                      {"reason", view.hold.reason},
                      {"product_id", view.product_id},
                      {"product_name", view.product_name}};
  if (view.hold.balance_then) object["balance_millionths"] = view.hold.balance_then->millionths();
  return object;
}

model::Quantity quantity(const json::value& value) {
  return model::Quantity::from_millionths(value.to_number<std::int64_t>());
}

model::PlaceView place_of(const json::value& v) {
  model::Hold hold{.token = {v.at("token").to_number<std::int64_t>()},
                   .counter = {v.at("counter").to_number<std::int64_t>()},
                   .holder_kind = static_cast<model::HolderKind>(v.at("holder_kind").to_number<int>()),
                   .session = guid(v.at("session")),
                   .quantity = quantity(v.at("quantity_millionths")),
                   .taken_at = instant(v.at("taken_at")),
                   .used_then = quantity(v.at("used_millionths")),
                   .balance_then = {},
                   .reason = text(v.at("reason"))};
  if (const auto* balance = v.as_object().if_contains("balance_millionths")) hold.balance_then = quantity(*balance);
  return {.hold = std::move(hold),
          .product_id = v.at("product_id").to_number<std::int64_t>(),
          .product_name = text(v.at("product_name"))};
}

struct AnswerWriter {
  json::object operator()(std::monostate) const { return {{"answer", "done"}}; }
  json::object operator()(const model::SessionView& view) const {
    json::array features;
    for (const auto& f : view.features) {
      json::object feature{{"id", to_string(f.id)}, {"name", f.name}};
      if (f.maximum) feature["maximum_millionths"] = f.maximum->millionths();
      features.push_back(std::move(feature));
    }
    json::object object{{"answer", "session"},
                        {"session", session_object(view.session)},
                        {"server_time", microseconds(view.server_time)},
                        {"features", std::move(features)}};
    if (view.expires) object["expires"] = microseconds(*view.expires);
    return object;
  }
  json::object operator()(const model::SessionList& list) const {
    json::array sessions;
    for (const auto& session : list.sessions) sessions.push_back(session_object(session));
    return {{"answer", "sessions"}, {"sessions", std::move(sessions)}};
  }
  json::object operator()(const model::CatalogReport& report) const {
    return {{"answer", "catalog"},
            {"added", report.counters_added},
            {"changed", report.counters_changed},
            {"removed", report.counters_removed}};
  }
  json::object operator()(const model::IssuedNumber& issued) const {
    return {{"answer", "number"}, {"number", issued.number}, {"id", to_string(issued.id)}};
  }
  json::object operator()(const model::FailedItems& failed) const {
    json::array ids;
    for (const auto& resource : failed.resources) ids.push_back(json::string{to_string(resource)});
    return {{"answer", "failed_items"}, {"failed", std::move(ids)}};
  }
  json::object operator()(const model::ConsumptionView& view) const { return consumption_to_json(view); }
  json::object operator()(const model::LicenseList& list) const { return licenses_to_json(list); }
  json::object operator()(const model::PlaceView& view) const { return place_object(view); }
  json::object operator()(const model::ServiceLicense& license) const { return service_license_to_json(license); }
  json::object operator()(const model::Reading&) const {
    throw std::logic_error{"what was only read is not kept: such commands have no idempotency key"};
  }
};

model::SessionView view_of(const json::value& value) {
  model::SessionView view{.session = session_of(value.at("session")),
                          .server_time = instant(value.at("server_time")),
                          .features = {},
                          .expires = {}};
  for (const auto& f : value.at("features").as_array()) {
    model::FeatureView feature{.id = guid(f.at("id")), .name = text(f.at("name")), .maximum = {}};
    if (const auto* maximum = f.as_object().if_contains("maximum_millionths")) {
      feature.maximum = model::Quantity::from_millionths(maximum->to_number<std::int64_t>());
    }
    view.features.push_back(std::move(feature));
  }
  if (const auto* expires = value.as_object().if_contains("expires")) view.expires = instant(*expires);
  return view;
}

}  // namespace

std::string settings_to_json(const model::Settings& settings) { return json::serialize(settings_array(settings)); }
model::Settings settings_from_json(std::string_view text) { return settings_of(json::parse(text)); }

std::string outcome_to_json(const model::Outcome& outcome) {
  if (outcome) return json::serialize(std::visit(AnswerWriter{}, *outcome));
  json::object refusal{{"refused", static_cast<int>(outcome.error().code)}, {"detail", outcome.error().detail}};
  if (!outcome.error().product.empty()) refusal["product"] = outcome.error().product;
  return json::serialize(refusal);
}

model::Outcome outcome_from_json(std::string_view stored) {
  const json::value value = json::parse(stored);
  if (const auto* code = value.as_object().if_contains("refused")) {
    model::Refusal refusal{static_cast<model::ErrorCode>(code->to_number<int>()), text(value.at("detail"))};
    if (const auto* product = value.as_object().if_contains("product")) refusal.product = text(*product);
    return std::unexpected{std::move(refusal)};
  }
  const std::string answer = text(value.at("answer"));
  if (answer == "done") return model::Answer{};
  if (answer == "session") return view_of(value);
  if (answer == "catalog") {
    return model::CatalogReport{.counters_added = value.at("added").to_number<std::int64_t>(),
                                .counters_changed = value.at("changed").to_number<std::int64_t>(),
                                .counters_removed = value.at("removed").to_number<std::int64_t>()};
  }
  if (answer == "number") {
    return model::IssuedNumber{.number = value.at("number").to_number<std::int32_t>(), .id = guid(value.at("id"))};
  }
  if (answer == "failed_items") return failed_items_of(value);
  if (answer == "place") return place_of(value);
  if (answer == consumption_answer) return consumption_from_json(value);
  if (answer == service_license_answer) return service_license_from_json(value);
  if (answer == licenses_answer) return licenses_from_json(value);
  model::SessionList list;
  for (const auto& session : value.at("sessions").as_array()) list.sessions.push_back(session_of(session));
  return list;
}

}  // namespace tally::postgres
