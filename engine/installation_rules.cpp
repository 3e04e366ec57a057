#include "installation_rules.hpp"

#include <algorithm>
#include <ranges>

#include "catalog_rules.hpp"
#include "license_rules.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;

std::unexpected<model::Refusal> refused(ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

bool may_install(const RuleSettings& settings, const Caller& caller) {
  return caller.administrator || !settings.administrators_are_named;
}

/// Of the licenses that the name fits, the one added last, whether it is installed or not.
std::expected<model::LicenseId, model::Refusal> find_in_catalog(const State& state, const LicenseName& name) {
  const model::Account* account = state.account(name.account);
  if (account == nullptr) return refused(ErrorCode::unknown_product);
  const auto of_product = [&](const model::License& license) { return license.product == name.product; };
  const auto wanted = [&](const model::License& license) { return of_product(license) && fits(name, license); };
  const auto newest_first = account->licenses | std::views::reverse;
  if (const auto found = std::ranges::find_if(newest_first, wanted); found != newest_first.end()) return found->id;
  const bool is_known = std::ranges::any_of(newest_first, of_product);
  return refused(is_known ? ErrorCode::license_not_found : ErrorCode::unknown_product);
}

/// Changes the catalogue by what is done to the account's licenses, of which one is pointed out.
template<class How>
void change_catalog(Draft& draft, const Caller& caller, const model::AccountId& account, model::LicenseId id, How how) {
  model::Catalog catalog = draft.state().catalog();
  auto& licenses = std::ranges::find(catalog.accounts, account, &model::Account::id)->licenses;
  how(licenses, std::ranges::find(licenses, id, &model::License::id));
  replace_catalog(draft, caller, catalog);
}

model::LicenseView view_of_installed(Draft& draft, const LicenseName& name, model::LicenseId id) {
  const LicenseName exactly{.account = name.account, .product = name.product, .number = id, .key = {}};
  return view_of(draft, *licenses_named(draft.state(), exactly)->front(), {});
}

}  // namespace

model::Outcome remove_license(Draft& draft, const RuleSettings& settings, const Caller& caller,
                              const RemoveLicense& command) {
  if (!may_install(settings, caller)) return refused(ErrorCode::access_denied);
  const auto licenses = licenses_named(draft.state(), command.license);
  if (!licenses) return std::unexpected{licenses.error()};
  model::LicenseList before{{view_of(draft, last_valid(*licenses, draft.now().wall), {})}};
  change_catalog(draft, caller, command.license.account, before.licenses.front().license.id,
                 [](auto&, auto license) { license->installed = false; });
  return before;
}

model::Outcome install_license(Draft& draft, const RuleSettings& settings, const Caller& caller,
                               const InstallLicense& command) {
  if (!may_install(settings, caller)) return refused(ErrorCode::access_denied);
  const auto id = find_in_catalog(draft.state(), command.license);
  if (!id) return std::unexpected{id.error()};
  const auto& licenses = draft.state().account(command.license.account)->licenses;
  if (!std::ranges::find(licenses, *id, &model::License::id)->is_installed()) {
    change_catalog(draft, caller, command.license.account, *id, [](auto& all, auto license) {
      license->installed.reset();
      std::rotate(license, std::next(license), all.end());
    });
  }
  return model::LicenseList{{view_of_installed(draft, command.license, *id)}};
}

}  // namespace tally::engine
