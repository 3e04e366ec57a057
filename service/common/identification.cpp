#include "tally/common/identification.hpp"

#include <algorithm>
#include <optional>

#include "tally/common/basic_credentials.hpp"
#include "tally/common/forwarding.hpp"
#include "tally/model/names.hpp"

namespace tally::common {
namespace {

/// The address that the proxy itself saw: whether it adds to the header that it got or adds one of its own, its entry
/// is the last of the last.
std::optional<std::string_view> last_forwarded_for(const http::Request& request) {
  std::optional<std::string_view> last;
  for (const auto& field : request.fields) {
    if (model::equal_ignoring_case(field.name, "X-Forwarded-For")) last = field.value;
  }
  return last;
}

std::string_view last_entry(std::string_view list) {
  const auto comma = list.rfind(',');
  if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
  while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
  while (!list.empty() && list.back() == ' ') list.remove_suffix(1);
  return list;
}

}  // namespace

bool Identification::is_from_proxy(const http::Request& request) const {
  return std::ranges::any_of(options_.proxies, [&](const auto& proxy) { return proxy.contains(request.peer_address); });
}

std::string Identification::address_of(const http::Request& request) const {
  if (!options_.proxies.empty() && is_from_proxy(request)) {
    if (const auto forwarded = last_forwarded_for(request)) {
      if (auto address = acceptable_name(last_entry(*forwarded))) return std::move(*address);
    }
  }
  return std::string{request.peer_address};
}

std::optional<model::User> Identification::vouched_for(const http::Request& request) const {
  if (options_.proxy_header.empty() || !is_from_proxy(request)) return std::nullopt;
  if (request.header_count(options_.proxy_header) != 1) return std::nullopt;
  auto name = acceptable_name(*request.header(options_.proxy_header));
  if (!name) return std::nullopt;
  const bool is_administrator = std::ranges::any_of(options_.administrators, [&](const auto& administrator) {
    return model::equal_ignoring_case(administrator, *name);
  });
  return model::User{
      .name = std::move(*name), .account = {}, .role = is_administrator ? model::Role::admin : model::Role::client};
}

Identity Identification::of(const http::Request& request, model::Door door) const {
  if (auto identity = forwarded(request, door)) return std::move(*identity);
  Identity identity{
      .caller = {.user = options_.anonymous_user, .administrator = false, .address = address_of(request), .door = door},
      .account = {}};
  auto known = vouched_for(request);
  if (!known && verified_ != nullptr) {
    if (const model::User* user = verified_->find(request)) known = *user;
  }
  if (known) {
    identity.caller.user = std::move(known->name);
    // What administrators alone may do knows no accounts: another account's sessions are among those listed and ended.
    identity.caller.administrator = known->role == model::Role::admin && known->account.empty();
    identity.is_verified = true;
    identity.account = std::move(known->account);
  } else if (auto basic = basic_credentials(request)) {
    identity.caller.user = std::move(basic->user);
  }
  return identity;
}

std::optional<Identity> Identification::forwarded(const http::Request& request, model::Door door) const {
  if (request.header_count(forwarded_header) != 1) return std::nullopt;
  return forwarded_identity(*request.header(forwarded_header), secret_, door);
}

}  // namespace tally::common
