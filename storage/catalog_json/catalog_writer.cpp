#include "tally/catalog_json/catalog_writer.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "tally/catalog_json/instant_text.hpp"
#include "tally/model/names.hpp"

namespace tally::catalog_json {
namespace {

using model::ConsumptionTerms;

std::string in_quotes(std::string_view text) {
  return boost::json::serialize(boost::json::value(boost::json::string(text)));
}

/// Appends indented JSON, one member or element a line.
class Writer {
 public:
  void begin(char bracket) {
    text_ += bracket;
    ++depth_;
    is_first_ = true;
  }
  void end(char bracket) {
    --depth_;
    if (!is_first_) new_line();
    text_ += bracket;
    is_first_ = false;
  }
  /// What comes before an element.
  void next() {
    if (!is_first_) text_ += ',';
    new_line();
    is_first_ = false;
  }
  void name(std::string_view member) {
    next();
    text_.append(1, '"').append(member).append("\": ");
  }
  void raw(std::string_view member, std::string_view value) {
    name(member);
    text_ += value;
  }

  void member(std::string_view name, const std::string& value) { raw(name, in_quotes(value)); }
  void member(std::string_view name, std::string_view value) { raw(name, in_quotes(value)); }
  void member(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  void member(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void member(std::string_view name, model::Quantity value) { raw(name, model::to_string(value)); }
  void member(std::string_view name, model::Instant value) { raw(name, in_quotes(to_string(value))); }
  void member(std::string_view name, const model::Guid& value) { raw(name, in_quotes(model::to_string(value))); }
  template<class Value>
  void member(std::string_view name, const std::optional<Value>& value) {
    if (value) member(name, *value);
  }

  template<class Element, class Write>
  void list(std::string_view member, const std::vector<Element>& elements, Write write) {
    name(member);
    begin('[');
    for (const Element& element : elements) {
      next();
      begin('{');
      write(*this, element);
      end('}');
    }
    end(']');
  }

  std::string take() { return std::move(text_) + '\n'; }

 private:
  void new_line() { text_.append(1, '\n').append(depth_ * 2, ' '); }

  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

void write_consumption(Writer& writer, const ConsumptionTerms& terms) {
  writer.member("max_consumptions", terms.max_consumptions);
  writer.member("allow_overages", terms.allow_overages);
  if (terms.max_overages_is_null) writer.raw("max_overages", "null");
  writer.member("max_overages", terms.max_overages);
  writer.member("reset_consumption", terms.reset_consumption);
  writer.member("consumption_period", terms.consumption_period);
  writer.member("allow_unlimited_consumptions", terms.allow_unlimited_consumptions);
  writer.member("allow_negative_consumptions", terms.allow_negative_consumptions);
  writer.member("client_overage_settings", terms.client_overage_settings);
}

void write_timeout(Writer& writer, std::optional<std::int64_t> seconds) {
  constexpr std::int64_t seconds_per_minute = 60;
  if (seconds) writer.member("floating_timeout", *seconds / seconds_per_minute);
}

void write_feature(Writer& writer, const model::Feature& feature) {
  writer.member("id", feature.id);
  writer.member("code", feature.code);
  writer.member("name", feature.name);
  writer.member("type", model::name_of(feature.kind));
  writer.member("maximum", feature.maximum);
  if (feature.count_by != model::CountBy::increment) writer.member("count_by", model::name_of(feature.count_by));
  write_consumption(writer, feature.consumption);
  write_timeout(writer, feature.floating_timeout_s);
  writer.member("product_id", feature.product_id);
}

void write_license(Writer& writer, const model::License& license) {
  writer.member("id", license.id.value);
  writer.member("product", license.product);
  writer.member("name", license.name);
  if (!license.key.empty()) writer.member("key", license.key);
  writer.member("type", license.type);
  writer.member("valid_from", license.valid_from);
  writer.member("valid_until", license.valid_until);
  writer.member("max_connections", license.max_connections);
  write_consumption(writer, license.consumption);
  writer.member("floating_users", license.floating_users);
  write_timeout(writer, license.floating_timeout_s);
  writer.member("enabled", license.enabled);
  writer.member("trial", license.trial);
  writer.member("can_borrow", license.can_borrow);
  writer.member("max_borrow_time", license.max_borrow_time_h);
  writer.member("installed", license.installed);
  if (!license.features.empty()) writer.list("features", license.features, write_feature);
}

void write_tenant(Writer& writer, const model::Tenant& tenant) {
  writer.member("id", tenant.id);
  writer.member("name", tenant.name);
}

void write_product(Writer& writer, const model::AccountProduct& product) {
  writer.member("code", product.code);
  writer.member("quantity", product.quantity);
  writer.member("type", product.type);
}

void write_account(Writer& writer, const model::Account& account) {
  writer.member("id", account.id);
  writer.member("name", account.name);
  if (!account.licenses.empty()) writer.list("licenses", account.licenses, write_license);
  if (!account.tenants.empty()) writer.list("tenants", account.tenants, write_tenant);
  if (!account.products.empty()) writer.list("products", account.products, write_product);
}

}  // namespace

std::string write_catalog(const model::Catalog& catalog) {
  Writer writer;
  writer.begin('{');
  writer.list("accounts", catalog.accounts, write_account);
  writer.end('}');
  return writer.take();
}

}  // namespace tally::catalog_json
