#include "tally/catalog_json/catalog_reader.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "object_reader.hpp"
#include "scalar_readers.hpp"
#include "tally/catalog_json/catalog_members.hpp"

namespace tally::catalog_json {
namespace {

using model::Account;
using model::AccountProduct;
using model::Catalog;
using model::ConsumptionTerms;
using model::CounterKind;
using model::Feature;
using model::License;
using model::Tenant;

constexpr std::size_t name_characters_max = 256;
constexpr std::size_t code_characters_max = 128;
constexpr std::int64_t exact_in_json_max = (std::int64_t{1} << 53) - 1;  // readers with doubles keep it exact
constexpr WholeRange number_range{0, exact_in_json_max};
constexpr WholeRange people_range{0, 1'000'000'000};
constexpr WholeRange timeout_minutes_range{1, 525'600};  // up to a year
constexpr WholeRange borrow_hours_range{1, 8'784};       // up to a leap year
constexpr std::int64_t seconds_per_minute = 60;

constexpr std::array<std::string_view, 4> license_types{"perpetual", "subscription", "time-limited", "consumption"};
constexpr std::array<std::string_view, 4> periods{"daily", "weekly", "monthly", "annually"};
constexpr std::array<std::string_view, 2> feature_types{"floating", "consumption"};
constexpr std::array<std::string_view, 3> ways_of_counting{"increment", "session", "connection"};

template<class Value, class Target>
void assign(Target& target, std::optional<Value> value) {
  if (value) target = std::move(*value);
}

// The functions that the tables below name: one for each type of value, told which field of the target it fills.

template<class Target, std::string Target::*field>
void name(const Spot& spot, Target& target) {
  assign(target.*field, read_text(spot, name_characters_max));
}

template<class Target, std::string Target::*field>
void code(const Spot& spot, Target& target) {
  assign(target.*field, read_text(spot, code_characters_max));
}

template<class Target, std::optional<model::Quantity> Target::*field>
void limit(const Spot& spot, Target& target) {
  if (!is_null(spot)) target.*field = read_quantity(spot);
}

template<std::optional<bool> ConsumptionTerms::*field>
void flag(const Spot& spot, ConsumptionTerms& terms) {
  terms.*field = read_flag(spot);
}

template<std::optional<model::Instant> License::*field>
void instant(const Spot& spot, License& license) {
  if (!is_null(spot)) license.*field = read_instant(spot);
}

template<std::optional<std::int64_t> License::*field>
void people(const Spot& spot, License& license) {
  if (!is_null(spot)) license.*field = read_whole(spot, people_range);
}

template<std::optional<bool> License::*field>
void license_flag(const Spot& spot, License& license) {
  license.*field = read_flag(spot);
}

void max_borrow_time(const Spot& spot, License& license) {
  license.max_borrow_time_h = read_whole(spot, borrow_hours_range);
}

template<class Target>
void floating_timeout(const Spot& spot, Target& target) {
  const auto minutes = read_whole(spot, timeout_minutes_range);
  if (minutes) target.floating_timeout_s = *minutes * seconds_per_minute;
}

// Consumption

void max_overages(const Spot& spot, ConsumptionTerms& terms) {
  terms.max_overages_is_null = is_null(spot);
  limit<ConsumptionTerms, &ConsumptionTerms::max_overages>(spot, terms);
}

void consumption_period(const Spot& spot, ConsumptionTerms& terms) {
  if (!is_null(spot)) assign(terms.consumption_period, read_word(spot, periods));
}

constexpr MemberRule<ConsumptionTerms> consumption_rules[] = {
    {"max_consumptions", false, limit<ConsumptionTerms, &ConsumptionTerms::max_consumptions>},
    {"allow_overages", false, flag<&ConsumptionTerms::allow_overages>},
    {"max_overages", false, max_overages},
    {"reset_consumption", false, flag<&ConsumptionTerms::reset_consumption>},
    {"consumption_period", false, consumption_period},
    {"allow_unlimited_consumptions", false, flag<&ConsumptionTerms::allow_unlimited_consumptions>},
    {"allow_negative_consumptions", false, flag<&ConsumptionTerms::allow_negative_consumptions>},
    // Last, because requests for a feature carry no overage settings: features know only the rules before it.
    {"client_overage_settings", false, flag<&ConsumptionTerms::client_overage_settings>},
};
constexpr std::span<const MemberRule<ConsumptionTerms>> license_consumption_rules{consumption_rules};
constexpr auto feature_consumption_rules = license_consumption_rules.first(license_consumption_rules.size() - 1);

void check_consumption(const Spot& owner, const ConsumptionTerms& terms) {
  if (terms.reset_consumption == true && !terms.consumption_period)
    owner.mistake_of("reset_consumption", "needs a consumption_period");
}

/// Members that the owner's type gives no meaning to would be ignored silently.
void refuse_consumption(const Spot& owner, const char* reason) {
  for (const auto& rule : consumption_rules)
    if (owner.find(rule.name) != nullptr) owner.mistake_of(rule.name, reason);
}

// Feature

void feature_id(const Spot& spot, Feature& feature) { feature.id = read_guid(spot); }

void feature_type(const Spot& spot, Feature& feature) {
  const auto word = read_word(spot, feature_types);
  if (word == "consumption") feature.kind = CounterKind::consumption;
}

void count_by(const Spot& spot, Feature& feature) {
  const auto word = read_word(spot, ways_of_counting);
  if (word == "session") feature.count_by = model::CountBy::session;
  if (word == "connection") feature.count_by = model::CountBy::connection;
}

void product_id(const Spot& spot, Feature& feature) { feature.product_id = read_whole(spot, number_range); }

constexpr MemberRule<Feature> feature_rules[] = {
    {"id", false, feature_id},
    {"code", true, code<Feature, &Feature::code>},
    {"name", false, name<Feature, &Feature::name>},
    {"type", true, feature_type},
    {"maximum", false, limit<Feature, &Feature::maximum>},
    {"count_by", false, count_by},
    {"floating_timeout", false, floating_timeout<Feature>},
    {"product_id", false, product_id},
};

/// A type that could not be read is one mistake; what depends on it is not judged then.
bool has_type_among(const Spot& owner, std::span<const std::string_view> types) {
  const NamedNode* type = owner.find("type");
  const auto* word = type == nullptr ? nullptr : std::get_if<std::string>(&type->node.value);
  return word != nullptr && std::ranges::find(types, *word) != types.end();
}

void check_feature(const Spot& spot, const Feature& feature) {
  if (!has_type_among(spot, feature_types)) return;
  if (feature.kind == CounterKind::floating) return refuse_consumption(spot, "belongs to features of type consumption");
  check_consumption(spot, feature.consumption);
  for (const std::string_view member : {"maximum", "count_by", "floating_timeout"})
    if (spot.find(member) != nullptr) spot.mistake_of(member, "belongs to features of type floating");
}

Feature read_feature(const Spot& spot) {
  Feature feature;
  if (!read_object(spot, Part<Feature>{feature_rules, feature}, Part{feature_consumption_rules, feature.consumption}))
    return feature;
  if (feature.name.empty()) feature.name = feature.code;
  check_feature(spot, feature);
  return feature;
}

void features(const Spot& spot, License& license) {
  std::set<std::string> codes;
  std::set<model::Guid> options;
  read_list(spot, [&](const Spot& element) {
    license.features.push_back(read_feature(element));
    const Feature& feature = license.features.back();
    if (feature.code.starts_with('@'))
      element.mistake_of("code", "must not begin with @, which marks what a license itself counts");
    if (!feature.code.empty() && !codes.insert(feature.code).second)
      element.mistake_of("code", quoted(feature.code) + " is the code of an earlier feature of this license");
    if (feature.id && !options.insert(*feature.id).second)
      element.mistake_of("id", model::to_string(*feature.id) + " is the id of an earlier feature of this license");
  });
}

// License

void license_id(const Spot& spot, License& license) {
  if (const auto number = read_whole(spot, {1, exact_in_json_max})) license.id = {*number};
}

void license_type(const Spot& spot, License& license) { assign(license.type, read_word(spot, license_types)); }

constexpr MemberRule<License> license_rules[] = {
    {"id", true, license_id},
    {"product", true, code<License, &License::product>},
    {"name", false, name<License, &License::name>},
    {"key", false, code<License, &License::key>},
    {"type", false, license_type},
    {"valid_from", false, instant<&License::valid_from>},
    {"valid_until", false, instant<&License::valid_until>},
    {"max_connections", false, people<&License::max_connections>},
    {"floating_users", false, people<&License::floating_users>},
    {"floating_timeout", false, floating_timeout<License>},
    {"enabled", false, license_flag<&License::enabled>},
    {"trial", false, license_flag<&License::trial>},
    {"can_borrow", false, license_flag<&License::can_borrow>},
    {"max_borrow_time", false, max_borrow_time},
    {"installed", false, license_flag<&License::installed>},
    {"features", false, features},
};

void check_license(const Spot& spot, const License& license) {
  if (license.valid_from && license.valid_until && *license.valid_until <= *license.valid_from)
    spot.mistake_of("valid_until", "must be later than valid_from");
  if (spot.find("type") != nullptr && !has_type_among(spot, license_types)) return;
  if (license.type == "consumption") return check_consumption(spot, license.consumption);
  refuse_consumption(spot, "belongs to licenses of type consumption");
}

License read_license(const Spot& spot) {
  License license;
  license.type = license_types.front();
  if (!read_object(spot, Part<License>{license_rules, license}, Part{license_consumption_rules, license.consumption}))
    return license;
  if (license.name.empty()) license.name = license.product;
  check_license(spot, license);
  return license;
}

void licenses(const Spot& spot, Account& account) {
  std::set<model::LicenseId> ids;
  bool connections_are_limited = false;
  read_list(spot, [&](const Spot& element) {
    account.licenses.push_back(read_license(element));
    const License& license = account.licenses.back();
    if (license.id.value != 0 && !ids.insert(license.id).second)
      element.mistake_of("id", std::to_string(license.id.value) + " is the id of an earlier license of this account");
    if (license.max_connections && std::exchange(connections_are_limited, true))
      element.mistake_of("max_connections", "an earlier license of this account limits its connections already");
  });
}

// What an account has for the license resource manager

constexpr MemberRule<Tenant> tenant_rules[] = {
    {"id", true, code<Tenant, &Tenant::id>},
    {"name", false, name<Tenant, &Tenant::name>},
};

void tenants(const Spot& spot, Account& account) {
  std::set<std::string> ids;
  read_list(spot, [&](const Spot& element) {
    Tenant tenant;
    if (!read_object(element, Part<Tenant>{tenant_rules, tenant})) return;
    if (tenant.name.empty()) tenant.name = tenant.id;
    if (!tenant.id.empty() && !ids.insert(tenant.id).second)
      element.mistake_of("id", quoted(tenant.id) + " is the id of an earlier tenant of this account");
    account.tenants.push_back(std::move(tenant));
  });
}

void product_quantity(const Spot& spot, AccountProduct& product) { assign(product.quantity, read_quantity(spot)); }

constexpr MemberRule<AccountProduct> product_rules[] = {
    {"code", true, code<AccountProduct, &AccountProduct::code>},
    {"quantity", true, product_quantity},
    {"type", true, code<AccountProduct, &AccountProduct::type>},
};

void products(const Spot& spot, Account& account) {
  std::set<std::string> codes;
  read_list(spot, [&](const Spot& element) {
    AccountProduct product;
    if (!read_object(element, Part<AccountProduct>{product_rules, product})) return;
    if (!product.code.empty() && !codes.insert(product.code).second)
      element.mistake_of("code", quoted(product.code) + " is the code of an earlier product of this account");
    account.products.push_back(std::move(product));
  });
}

// Account and catalogue

constexpr MemberRule<Account> account_rules[] = {
    {"id", true, code<Account, &Account::id>},
    {"name", false, name<Account, &Account::name>},
    {"licenses", false, licenses},
    {"tenants", false, tenants},
    {"products", false, products},
};

void accounts(const Spot& spot, Catalog& catalog) {
  std::set<std::string> ids;
  read_list(spot, [&](const Spot& element) {
    Account account;
    if (!read_object(element, Part<Account>{account_rules, account})) return;
    if (account.name.empty()) account.name = account.id;
    if (!account.id.empty() && !ids.insert(account.id).second)
      element.mistake_of("id", quoted(account.id) + " is the id of an earlier account");
    catalog.accounts.push_back(std::move(account));
  });
}

constexpr MemberRule<Catalog> catalog_rules[] = {{"accounts", true, accounts}};

template<class Target>
void append_names(std::vector<MemberName>& names, std::span<const MemberRule<Target>> rules) {
  for (const auto& rule : rules) names.push_back({rule.name, rule.required});
}

}  // namespace

std::expected<Catalog, std::vector<Mistake>> parse_catalog(std::string_view text) {
  if (text.size() > catalog_bytes_max) return std::unexpected{std::vector{Mistake{0, {}, "is larger than 64 MiB"}}};
  const auto tree = read_json(text);
  if (!tree) return std::unexpected{std::vector{tree.error()}};
  Catalog catalog;
  Mistakes mistakes;
  const Place root{};
  read_object(Spot{*tree, root, mistakes}, Part<Catalog>{catalog_rules, catalog});
  if (!mistakes.empty()) return std::unexpected{mistakes.take_in_order()};
  return catalog;
}

std::string to_string(const Mistake& mistake) {
  std::string text;
  if (mistake.line != 0) text += "line " + std::to_string(mistake.line) + ": ";
  if (!mistake.member.empty()) text += mistake.member + ": ";
  return text + mistake.what;
}

std::vector<MemberName> members_of(Shape shape) {
  std::vector<MemberName> names;
  switch (shape) {
    case Shape::catalog: append_names<Catalog>(names, catalog_rules); break;
    case Shape::account: append_names<Account>(names, account_rules); break;
    case Shape::license:
      append_names<License>(names, license_rules);
      append_names(names, license_consumption_rules);
      break;
    case Shape::feature:
      append_names<Feature>(names, feature_rules);
      append_names(names, feature_consumption_rules);
      break;
    case Shape::tenant: append_names<Tenant>(names, tenant_rules); break;
    case Shape::product: append_names<AccountProduct>(names, product_rules); break;
  }
  return names;
}

}  // namespace tally::catalog_json
