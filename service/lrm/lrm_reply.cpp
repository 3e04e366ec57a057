#include "lrm_reply.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "tally/common/json_text.hpp"

namespace tally::lrm {
namespace {

/// Writes one object or list; what stands in it is written with its own.
class Json {
 public:
  Json(std::string& out, char opening) : out_{out}, closing_{opening == '{' ? '}' : ']'} { out_ += opening; }
  ~Json() { out_ += closing_; }
  Json(const Json&) = delete;
  Json& operator=(const Json&) = delete;

  std::string& next() {
    if (!std::exchange(is_first_, false)) out_ += ',';
    return out_;
  }
  std::string& member(std::string_view name) { return next().append(1, '"').append(name).append("\":"); }
  Json& text(std::string_view name, std::string_view value) {
    common::append_json_text(member(name), value);
    return *this;
  }
  Json& number(std::string_view name, model::Quantity value) {
    member(name) += to_string(value);
    return *this;
  }
  /// Any value that is JSON already.
  Json& as_is(std::string_view name, std::string_view value) {
    member(name) += value;
    return *this;
  }

 private:
  std::string& out_;
  char closing_;
  bool is_first_ = true;
};

/// A product of a license, with what is told of it in its place.
struct Licensed {
  std::string_view code;
  std::string_view type;
  model::Quantity quantity;
};

void append_head(Json& license, const std::string& code, std::string_view parent) {
  license.text("licenseCode", code);
  if (parent.empty())
    license.as_is("parentLicenseCode", "null");
  else
    license.text("parentLicenseCode", parent);
  license.as_is("bundleCode", "null").as_is("subscriptionCode", "null").text("licenseStatus", "ACTIVE");
  license.as_is("startDate", "0").as_is("endDate", "0").as_is("gracePeriod", "0");
}

void append_service_products(Json& license, const std::vector<Licensed>& products) {
  Json list{license.member("products"), '['};
  for (const auto& product : products)
    Json{list.next(), '{'}
        .text("code", product.code)
        .number("quantity", product.quantity)
        .number("allocated", product.quantity)
        .text("type", product.type)
        .as_is("features", "[]")
        .as_is("distributionIntervals", "[]");
}

/// A tenant's service has no license of its own in the catalogue: its codes are names that say whose it is.
std::string license_code(const model::TenantService& holder) {
  return holder.account + '/' + holder.scope + '/' + holder.service;
}

void append_license_data(Json& license, const model::ServiceLicense& of, const std::vector<Licensed>& products) {
  append_head(license, license_code(of.holder), of.holder.account);
  append_service_products(license, products);
  license.as_is("templates", "[]").as_is("policies", "[]").as_is("entitlements", "[]");
}

void append_service_license(std::string& out, const model::ServiceLicense& of) {
  std::vector<Licensed> products;
  for (const auto& product : of.products) products.emplace_back(product.code, product.type, product.quantity);
  std::string payload;
  {
    Json license{payload, '{'};
    append_license_data(license, of, products);
  }
  Json dto{out, '{'};
  dto.text("accountId", of.holder.account).text("globalId", of.holder.account);
  dto.text("serviceScopeId", of.holder.scope).text("serviceType", of.holder.service);
  {
    Json license{dto.member("license"), '{'};
    append_license_data(license, of, products);
    license.text("payload", payload).as_is("boonLicenseCode", "null");
  }
  dto.as_is("userLicensingEnabled", "false").text("accountLicenseCode", of.holder.account);
}

void append_account_members(Json& account, const model::OwnedProducts& owned) {
  account.text("accountId", owned.account).as_is("bundleCode", "null").as_is("endDate", "0");
  account.as_is("gracePeriod", "0").text("licenseCode", owned.account).text("licenseStatus", "ACTIVE");
  {
    Json list{account.member("products"), '['};
    for (const auto& product : owned.products)
      Json{list.next(), '{'}
          .text("code", product.code)
          .number("quantity", product.total)
          .text("type", product.type)
          .as_is("features", "[]")
          .as_is("consumptionDistributions", "[]");
  }
  account.as_is("templates", "[]").as_is("policies", "[]").as_is("entitlements", "[]").as_is("startDate", "0");
  account.as_is("subscriptionCode", "null").as_is("subscriptionPlan", "null");
}

}  // namespace

std::string service_license(const model::ServiceLicense& license) {
  std::string out;
  append_service_license(out, license);
  return out;
}

std::string service_licenses(const model::ServiceLicenses& licenses) {
  std::string out;
  {
    Json list{out, '['};
    for (const auto& license : licenses) append_service_license(list.next(), license);
  }
  return out;
}

std::string service_products(const model::ServiceLicense& license) {
  std::string out;
  {
    Json list{out, '['};
    for (const auto& product : license.products)
      Json{list.next(), '{'}.text("code", product.code).number("quantity", product.quantity).as_is("features", "[]");
  }
  return out;
}

std::string service_status(const model::ServiceLicense& license) {
  std::string out;
  Json{out, '{'}
      .text("accountId", license.holder.account)
      .text("serviceScopeId", license.holder.scope)
      .text("serviceType", license.holder.service)
      .as_is("subscriptionPlan", "null")
      .text("licenseStatus", "ACTIVE")
      .as_is("expireDate", "null")
      .as_is("userLicensingEnabled", "false");
  return out;
}

std::string account_licenses(const model::OwnedProducts& owned) {
  std::string payload;
  {
    Json account{payload, '{'};
    append_account_members(account, owned);
  }
  std::string out;
  {
    Json list{out, '['};
    Json account{list.next(), '{'};
    append_account_members(account, owned);
    account.text("payload", payload).as_is("type", "null").as_is("parentLicenseCode", "null");
  }
  return out;
}

std::string owned_products(const model::OwnedProducts& owned) {
  std::string out;
  {
    Json list{out, '['};
    for (const auto& product : owned.products)
      Json{list.next(), '{'}
          .text("code", product.code)
          .number("total", product.total)
          .number("allocated", product.allotted);
  }
  return out;
}

std::string tenant_allocations(const model::ServiceLicenses& licenses) {
  std::map<std::string_view, std::map<std::string_view, model::Quantity>> by_scope;
  for (const auto& license : licenses) {
    for (const auto& product : license.products) by_scope[license.holder.scope][product.code] += product.quantity;
  }
  std::string out;
  {
    Json list{out, '['};
    for (const auto& [scope, products] : by_scope) {
      Json tenant{list.next(), '{'};
      tenant.text("serviceScopeId", scope);
      Json of_tenant{tenant.member("products"), '['};
      for (const auto& [code, quantity] : products)
        Json{of_tenant.next(), '{'}.text("code", code).number("allocated", quantity);
    }
  }
  return out;
}

}  // namespace tally::lrm
