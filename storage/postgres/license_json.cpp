#include "license_json.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "tally/catalog_json/catalog_reader.hpp"
#include "tally/catalog_json/catalog_writer.hpp"

namespace tally::postgres {
namespace {

namespace json = boost::json;
using model::Quantity;

Quantity quantity(const json::value& value) { return Quantity::from_millionths(value.to_number<std::int64_t>()); }

/// Quantities are in millionths.
void put(json::object& object, const char* name, const std::optional<Quantity>& quantity) {
  if (quantity) object[name] = quantity->millionths();
}
std::optional<Quantity> find_quantity(const json::value& value, const char* name) {
  const auto* found = value.as_object().if_contains(name);
  return found == nullptr ? std::nullopt : std::optional{quantity(*found)};
}

json::object overages_object(const model::Overages& overages) {
  json::object object{{"allowed", overages.allowed}};
  put(object, "maximum", overages.maximum);
  return object;
}
model::Overages overages_of(const json::value& value) {
  return {.allowed = value.at("allowed").as_bool(), .maximum = find_quantity(value, "maximum")};
}

void put_loan(json::object& object, const std::optional<model::Instant>& until) {
  if (until) object["borrowed_until"] = until->time_since_epoch().count();
}
std::optional<model::Instant> find_loan(const json::value& value) {
  const auto* found = value.as_object().if_contains("borrowed_until");
  if (found == nullptr) return std::nullopt;
  return model::Instant{std::chrono::microseconds{found->to_number<std::int64_t>()}};
}

json::object counts_object(const model::Counts& counts) {
  json::object object{{"used", counts.used.millionths()}, {"overages", overages_object(counts.overages)}};
  put_loan(object, counts.borrowed_until);
  return object;
}
model::Counts counts_of(const json::value& value) {
  return {.used = quantity(value.at("used")),
          .overages = overages_of(value.at("overages")),
          .borrowed_until = find_loan(value)};
}

/// A license in the shape of its file: a catalogue with nothing else in it.
std::string license_document(const model::License& license) {
  return catalog_json::write_catalog(
      {.accounts = {{.id = "a", .name = "a", .licenses = {license}, .tenants = {}, .products = {}}}});
}
model::License license_of(const json::value& document) {
  auto catalog = catalog_json::parse_catalog(std::string_view{document.as_string()});
  if (!catalog) throw std::runtime_error{"a stored license can't be read"};
  return std::move(catalog->accounts.at(0).licenses.at(0));
}

json::object view_object(const model::LicenseView& view) {
  json::array features;
  for (const auto& feature : view.features) features.push_back(counts_object(feature));
  json::object object{{"license", license_document(view.license)},
                      {"consumption", counts_object(view.consumption)},
                      {"users", view.users.millionths()},
                      {"features", std::move(features)}};
  put_loan(object, view.borrowed_until);
  return object;
}
model::LicenseView view_of(const json::value& value) {
  model::LicenseView view{.license = license_of(value.at("license")),
                          .consumption = counts_of(value.at("consumption")),
                          .users = quantity(value.at("users")),
                          .features = {},
                          .borrowed_until = find_loan(value)};
  for (const auto& feature : value.at("features").as_array()) view.features.push_back(counts_of(feature));
  return view;
}

}  // namespace

json::object consumption_to_json(const model::ConsumptionView& view) {
  json::object object{{"answer", consumption_answer},
                      {"license", view.license.value},
                      {"counter", view.counter.value},
                      {"product", view.product},
                      {"feature", view.feature},
                      {"used", view.used.millionths()},
                      {"unlimited", view.rule.unlimited},
                      {"may_decrease", view.rule.may_decrease},
                      {"clients_set_overages", view.rule.clients_set_overages},
                      {"overages", overages_object(view.rule.overages)}};
  put(object, "maximum", view.maximum);
  if (view.rule.period) object["period"] = static_cast<int>(*view.rule.period);
  return object;
}

model::ConsumptionView consumption_from_json(const json::value& value) {
  model::ConsumptionView view{.license = {value.at("license").to_number<std::int64_t>()},
                              .counter = {value.at("counter").to_number<std::int64_t>()},
                              .product = std::string{value.at("product").as_string()},
                              .feature = std::string{value.at("feature").as_string()},
                              .maximum = find_quantity(value, "maximum"),
                              .used = quantity(value.at("used")),
                              .rule = {.unlimited = value.at("unlimited").as_bool(),
                                       .may_decrease = value.at("may_decrease").as_bool(),
                                       .clients_set_overages = value.at("clients_set_overages").as_bool(),
                                       .overages = overages_of(value.at("overages")),
                                       .period = {}}};
  if (const auto* period = value.as_object().if_contains("period"))
    view.rule.period = static_cast<model::Period>(period->to_number<int>());
  return view;
}

json::object licenses_to_json(const model::LicenseList& list) {
  json::array licenses;
  for (const auto& view : list.licenses) licenses.push_back(view_object(view));
  return {{"answer", licenses_answer}, {"licenses", std::move(licenses)}};
}

model::LicenseList licenses_from_json(const json::value& value) {
  model::LicenseList list;
  for (const auto& view : value.at("licenses").as_array()) list.licenses.push_back(view_of(view));
  return list;
}

json::object service_license_to_json(const model::ServiceLicense& license) {
  json::array products;
  for (const auto& product : license.products)
    products.push_back(
        {{"code", product.code}, {"type", product.type}, {"quantity_millionths", product.quantity.millionths()}});
  return {{"answer", service_license_answer},
          {"account", license.holder.account},
          {"scope", license.holder.scope},
          {"service", license.holder.service},
          {"products", std::move(products)}};
}

model::ServiceLicense service_license_from_json(const json::value& value) {
  model::ServiceLicense license{.holder = {.account = std::string{value.at("account").as_string()},
                                           .scope = std::string{value.at("scope").as_string()},
                                           .service = std::string{value.at("service").as_string()}},
                                .products = {}};
  for (const auto& product : value.at("products").as_array())
    license.products.push_back({.code = std::string{product.at("code").as_string()},
                                .type = std::string{product.at("type").as_string()},
                                .quantity = quantity(product.at("quantity_millionths"))});
  return license;
}

}  // namespace tally::postgres
