#include "license_reply.hpp"

#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/json_text.hpp"
#include "tally/model/names.hpp"

namespace tally::floating {
namespace {

using model::Quantity;

/// Writes one JSON object, compact.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& json) : json_{json} { json_ += '{'; }
  ~ObjectWriter() { json_ += '}'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  /// The value is JSON already.
  ObjectWriter& raw(std::string_view name, std::string_view value) {
    begin(name).append(value);
    return *this;
  }
  ObjectWriter& text(std::string_view name, std::string_view value) {
    common::append_json_text(begin(name), value);
    return *this;
  }
  ObjectWriter& number(std::string_view name, std::int64_t value) { return raw(name, std::to_string(value)); }
  ObjectWriter& number(std::string_view name, Quantity value) { return raw(name, to_string(value)); }
  ObjectWriter& flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  ObjectWriter& null(std::string_view name) { return raw(name, "null"); }
  /// Clients read whole seconds and nothing finer alike.
  ObjectWriter& time(std::string_view name, const std::optional<model::Instant>& value) {
    if (!value) return null(name);
    const auto date = catalog_json::to_string(std::chrono::floor<std::chrono::seconds>(*value));
    return text(name, date.size() == std::string_view{"2026-01-01"}.size() ? date + "T00:00:00Z" : date);
  }
  /// Begins a member; what is appended to the text is its value.
  std::string& begin(std::string_view name) {
    if (json_.back() != '{') json_ += ',';
    return json_.append(1, '"').append(name).append("\":");
  }

 private:
  std::string& json_;
};

/// The members that tell how a counter of consumption stands. What has no maximum is unlimited to clients, which
/// compute with the number; overages that are off, and those without a cap, are 0 to them.
void add_consumption(ObjectWriter& object, std::string_view maximum_name, const std::optional<Quantity>& maximum,
                     Quantity used, const model::ConsumptionRule& rule) {
  const bool has_overages = rule.overages.allowed && rule.overages.maximum;
  object.number(maximum_name, maximum.value_or(Quantity{}))
      .number("total_consumptions", used)
      .flag("allow_overages", rule.overages.allowed)
      .number("max_overages", has_overages ? *rule.overages.maximum : Quantity{})
      .flag("reset_consumption", rule.period.has_value());
  if (rule.period) {
    object.text("consumption_period", name_of(*rule.period));
  } else {
    object.null("consumption_period");
  }
  object.flag("allow_unlimited_consumptions", rule.unlimited || !maximum)
      .flag("allow_negative_consumptions", rule.may_decrease);
}

void add_consumption(ObjectWriter& object, std::string_view maximum_name, const model::ConsumptionTerms& terms,
                     const model::Counts& counts) {
  model::ConsumptionRule rule = rule_of(terms);
  rule.overages = counts.overages;
  add_consumption(object, maximum_name, terms.max_consumptions, counts.used, rule);
}

std::int64_t minutes(const std::optional<std::int64_t>& seconds) { return seconds.value_or(0) / 60; }

void write_feature(std::string& json, const model::LicenseView& view, std::size_t index) {
  const model::Feature& feature = view.license.features[index];
  const model::Counts& counts = view.features[index];
  const bool is_floating = feature.kind == model::CounterKind::floating;
  const auto& timeout = feature.floating_timeout_s ? feature.floating_timeout_s : view.license.floating_timeout_s;
  ObjectWriter object{json};
  object.number("id", static_cast<std::int64_t>(index) + 1)
      .number("license_id", view.license.id.value)
      .text("code", feature.code)
      .text("name", feature.name)
      .text("feature_type", is_floating ? "activation" : "consumption")
      .time("expiry_date", view.license.valid_until)
      .null("metadata")
      .flag("is_floating", is_floating)
      .flag("is_floating_cloud", false)
      .number("floating_timeout", is_floating ? minutes(timeout) : 0)
      .number("floating_users", is_floating ? feature.maximum.value_or(Quantity{}) : Quantity{})
      .number("floating_in_use_devices", is_floating ? counts.used : Quantity{})
      .flag("is_borrowed", counts.borrowed_until.has_value())
      .time("borrowed_until", counts.borrowed_until);
  if (!is_floating) {
    add_consumption(object, "max_consumption", feature.consumption, counts);
    object.number("max_consumptions", feature.consumption.max_consumptions.value_or(Quantity{}));
  }
}

void write_product(std::string& json, const model::License& license) {
  ObjectWriter{json}
      .number("product_id", license.id.value)
      .text("product_name", license.name)
      .text("short_code", license.product)
      .text("authorization_method", "license-key");
}

void add_license(ObjectWriter& object, const model::LicenseView& view) {
  const model::License& license = view.license;
  object.number("id", license.id.value)
      .text("product", license.product)
      .text("license_key", license.key)
      .text("license_type", license.type)
      .flag("license_active", true)
      .flag("license_enabled", license.enabled.value_or(true))
      .flag("is_trial", license.trial.value_or(false))
      .time("start_date", license.valid_from)
      .time("validity_period", license.valid_until)
      .null("maintenance_period")
      .flag("is_floating", true)
      .flag("is_floating_cloud", false)
      .number("floating_timeout", minutes(license.floating_timeout_s))
      .number("floating_users", license.floating_users.value_or(0))
      .number("floating_in_use_devices", view.users);
  add_consumption(object, "max_consumptions", license.consumption, view.consumption);
  std::string& features = object.begin("product_features");
  features += '[';
  for (std::size_t index = 0; index < license.features.size(); ++index) {
    if (index > 0) features += ',';
    write_feature(features, view, index);
  }
  features += ']';
  write_product(object.begin("product_details"), license);
  object.raw("custom_fields", "[]")
      .null("customer")
      .flag("prevent_vm", false)
      .flag("can_borrow", license.can_borrow.value_or(true))
      .number("max_borrow_time", license.max_borrow_time_h.value_or(0))
      .flag("is_borrowed", view.borrowed_until.has_value())
      .time("borrowed_until", view.borrowed_until)
      .null("metadata")
      .number("times_activated", view.users)
      .number("max_activations", license.floating_users.value_or(0))
      .number("transfer_count", 0)
      .number("max_transfers", 0)
      .number("grace_period", 0);
}

void write_consumption(std::string& json, const model::ConsumptionView& view) {
  ObjectWriter object{json};
  // The number of the license also where a feature was consumed: clients write what they read over what they know of
  // the license.
  object.number("id", view.license.value);
  add_consumption(object, "max_consumptions", view.maximum, view.used, view.rule);
  if (!view.feature.empty()) {
    object.number("license_id", view.license.value)
        .text("code", view.feature)
        .text("feature_type", "consumption")
        .flag("is_floating", false)
        .flag("is_floating_cloud", false);
  }
}

void write_license(std::string& json, const model::LicenseView& view) {
  ObjectWriter object{json};
  add_license(object, view);
}

/// With what only some clients look for.
void write_whole_license(std::string& json, const model::LicenseView& view) {
  std::string plain;
  write_license(plain, view);
  ObjectWriter object{json};
  add_license(object, view);
  object.number("license_id", view.license.id.value)
      .number("floating_slots_in_use", view.users)
      .number("floating_in_use", view.users)
      .text("license_json", plain);
}

}  // namespace

std::string consumption_reply(const model::ConsumptionView& view) {
  std::string json;
  json.reserve(512);
  write_consumption(json, view);
  return json;
}

std::string license_reply(const model::LicenseView& view) {
  std::string json;
  write_whole_license(json, view);
  return json;
}

std::string licenses_reply(const model::LicenseList& list) {
  std::string json = "[";
  for (const auto& view : list.licenses) {
    if (json.size() > 1) json += ',';
    write_whole_license(json, view);
  }
  return json + ']';
}

std::string removal_reply(const model::LicenseView& view) {
  std::string json;
  {
    ObjectWriter object{json};
    object.text("status", "ok")
        .text("message", "license removed")
        .text("product", view.license.product)
        .number("license_id", view.license.id.value);
  }
  return json;
}

std::optional<std::string> feature_reply(const model::LicenseView& view, std::string_view code) {
  for (std::size_t index = 0; index < view.license.features.size(); ++index) {
    if (view.license.features[index].code != code) continue;
    std::string json;
    write_feature(json, view, index);
    return json;
  }
  return std::nullopt;
}

}  // namespace tally::floating
