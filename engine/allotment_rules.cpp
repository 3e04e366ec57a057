#include "allotment_rules.hpp"

#include <algorithm>
#include <map>

namespace tally::engine {
namespace {

using model::ErrorCode;
using model::Quantity;

std::unexpected<model::Refusal> refused(ErrorCode code, std::string product = {}) {
  return std::unexpected{model::Refusal{.code = code, .detail = {}, .product = std::move(product)}};
}

/// An account that owns something; null for any other.
const model::Account* owner(const State& state, const model::AccountId& id) {
  const model::Account* account = state.account(id);
  return account == nullptr || account->products.empty() ? nullptr : account;
}

const model::AccountProduct* owned(const model::Account& account, const std::string& code) {
  const auto found = std::ranges::find(account.products, code, &model::AccountProduct::code);
  return found == account.products.end() ? nullptr : &*found;
}

Quantity held(const State& state, const model::TenantService& holder, const std::string& product) {
  const model::Allotment* allotment = state.allotments().find(holder, product);
  return allotment == nullptr ? Quantity{} : allotment->quantity;
}

/// Every product that changes, with what the holder is to have of it: what it has and was not named becomes 0.
std::map<std::string, Quantity> changes(const State& state, const Allot& command) {
  std::map<std::string, Quantity> wanted;
  const auto& holders = state.allotments().by_holder();
  if (const auto of_holder = holders.find(command.holder); of_holder != holders.end()) {
    for (const auto& [product, id] : of_holder->second) wanted[product] = {};
  }
  for (const auto& [product, quantity] : command.quantities) wanted[product] = quantity;
  std::erase_if(wanted, [&](const auto& each) { return held(state, command.holder, each.first) == each.second; });
  return wanted;
}

/// Why this much can't be had; nothing changes. Giving up is always possible.
std::expected<void, model::Refusal> check(Draft& draft, const Caller& caller, const model::Account& account,
                                          const model::TenantService& holder, const model::ProductQuantity& wanted) {
  const model::AccountProduct* product = owned(account, wanted.code);
  if (product != nullptr && !product->is_consumable() && !wanted.quantity.is_whole())
    return refused(ErrorCode::invalid_quantity, wanted.code);
  const Quantity before = held(draft.state(), holder, wanted.code);
  if (wanted.quantity <= before) return {};
  const Counter* counter = draft.state().counter_of_product(account.id, wanted.code);
  if (counter == nullptr) return refused(ErrorCode::product_limit, wanted.code);
  if (counter->has_room_for(wanted.quantity - before)) return {};
  draft.refuse({}, caller.user, *counter, wanted.quantity, caller, "limit");
  return refused(ErrorCode::product_limit, wanted.code);
}

bool has_room_for_rows(const State& state, const model::TenantService& holder,
                       const std::map<std::string, Quantity>& wanted) {
  const auto added = std::ranges::count_if(
      wanted, [&](const auto& each) { return state.allotments().find(holder, each.first) == nullptr; });
  return state.allotments().of_account(holder.account) + static_cast<std::size_t>(added) <= allotments_max;
}

/// The product's type, as the catalogue says now; empty for one that left it.
std::string type_of(const State& state, const model::AccountId& account, const std::string& code) {
  const model::Account* known = state.account(account);
  const model::AccountProduct* product = known == nullptr ? nullptr : owned(*known, code);
  return product == nullptr ? std::string{} : product->type;
}

model::ServiceLicense license_of(const State& state, const model::TenantService& holder) {
  model::ServiceLicense license{.holder = holder, .products = {}};
  const auto& holders = state.allotments().by_holder();
  const auto of_holder = holders.find(holder);
  if (of_holder == holders.end()) return license;
  for (const auto& [code, id] : of_holder->second) {
    const Quantity quantity = state.allotments().find(id)->quantity;
    if (quantity > Quantity{})
      license.products.push_back({.code = code, .type = type_of(state, holder.account, code), .quantity = quantity});
  }
  return license;
}

/// The services that a command may mean: those of the account and the scope, if they are named.
std::vector<model::TenantService> holders_named(const State& state, const ReadAllotments& named) {
  std::vector<model::TenantService> holders;
  const auto& all = state.allotments().by_holder();
  const model::TenantService first{
      .account = named.account.value_or(""), .scope = named.account ? named.scope.value_or("") : "", .service = {}};
  for (auto at = all.lower_bound(first); at != all.end(); ++at) {
    const model::TenantService& holder = at->first;
    if (named.account && holder.account != *named.account) break;
    if (named.account && named.scope && holder.scope != *named.scope) break;
    if (named.scope && holder.scope != *named.scope) continue;
    if (!named.service || holder.service == *named.service) holders.push_back(holder);
  }
  return holders;
}

}  // namespace

model::Outcome allot(Draft& draft, const Caller& caller, const Allot& command) {
  const model::Account* account = owner(draft.state(), command.holder.account);
  if (account == nullptr) return refused(ErrorCode::no_account_license);
  if (!command.quantities.empty()) {
    for (const auto& wanted : command.quantities) {
      if (const auto can = check(draft, caller, *account, command.holder, wanted); !can)
        return std::unexpected{can.error()};
    }
    const auto wanted = changes(draft.state(), command);
    if (!has_room_for_rows(draft.state(), command.holder, wanted)) return refused(ErrorCode::resource_limit);
    for (const auto& [product, quantity] : wanted) draft.allot(command.holder, product, quantity, caller);
  }
  return license_of(draft.state(), command.holder);
}

model::Outcome remove_allotments(Draft& draft, const Caller& caller, const RemoveAllotments& command) {
  if (owner(draft.state(), command.account) == nullptr) return refused(ErrorCode::no_account_license);
  const ReadAllotments named{.account = command.account, .scope = command.scope, .service = command.service};
  for (const auto& holder : holders_named(draft.state(), named)) {
    for (const auto& product : license_of(draft.state(), holder).products)
      draft.allot(holder, product.code, {}, caller);
  }
  return model::Answer{};
}

model::Outcome read_allotments(const Draft& draft, const ReadAllotments& command) {
  model::ServiceLicenses licenses;
  for (const auto& holder : holders_named(draft.state(), command)) {
    auto license = license_of(draft.state(), holder);
    if (!license.products.empty()) licenses.push_back(std::move(license));
  }
  return model::Reading{std::move(licenses)};
}

model::Outcome read_owned_products(const Draft& draft, const ReadOwnedProducts& command) {
  const model::Account* account = owner(draft.state(), command.account);
  if (account == nullptr) return refused(ErrorCode::no_account_license);
  model::OwnedProducts owned{.account = account->id, .products = {}};
  for (const auto& product : account->products) {
    const Counter* counter = draft.state().counter_of_product(account->id, product.code);
    owned.products.push_back({.code = product.code,
                              .type = product.type,
                              .total = product.quantity,
                              .allotted = counter == nullptr ? Quantity{} : counter->used});
  }
  return model::Reading{std::move(owned)};
}

}  // namespace tally::engine
