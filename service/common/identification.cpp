#include "tally/common/identification.hpp"

#include <sodium/utils.h>

#include <algorithm>
#include <optional>

#include "tally/common/forwarding.hpp"
#include "tally/model/names.hpp"

namespace tally::common {
namespace {

constexpr std::size_t user_bytes_max = 256;

/// Names come from headers, and go to the ledger and the log: no control characters, UTF-8 only, of bounded length.
std::optional<std::string> acceptable_name(std::string_view name) {
  if (name.empty() || name.size() > user_bytes_max) return std::nullopt;
  if (!model::is_utf8(name) || model::has_control_characters(name)) return std::nullopt;
  return std::string{name};
}

std::optional<std::string> decoded_base64(std::string_view text) {
  if (text.size() > 4 * user_bytes_max) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  std::size_t size = 0;
  const int result = sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(), text.data(),
                                       text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (result != 0) return std::nullopt;
  decoded.resize(size);
  return decoded;
}

/// The user of `Basic dXNlcjpwYXNzd29yZA==`.
std::optional<std::string> basic_user(const http::Request& request) {
  const auto header = request.header("Authorization");
  constexpr std::string_view scheme = "Basic ";
  if (!header || header->size() <= scheme.size()) return std::nullopt;
  if (!model::equal_ignoring_case(header->substr(0, scheme.size()), scheme)) return std::nullopt;
  const auto credentials = decoded_base64(header->substr(scheme.size()));
  if (!credentials) return std::nullopt;
  const auto colon = credentials->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return acceptable_name(std::string_view{*credentials}.substr(0, colon));
}

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

Identity Identification::of(const http::Request& request, model::Door door) const {
  if (auto identity = forwarded(request, door)) return std::move(*identity);
  Identity identity{.caller = {.user = options_.anonymous_user,
                               .administrator = false,
                               .address = std::string{request.peer_address},
                               .door = door}};
  engine::Caller& caller = identity.caller;
  bool& vouched_for = identity.is_verified;
  if (!options_.proxies.empty() && is_from_proxy(request)) {
    if (const auto forwarded = last_forwarded_for(request)) {
      if (auto address = acceptable_name(last_entry(*forwarded))) caller.address = std::move(*address);
    }
    if (!options_.proxy_header.empty() && request.header_count(options_.proxy_header) == 1) {
      if (auto name = acceptable_name(*request.header(options_.proxy_header))) {
        caller.user = std::move(*name);
        vouched_for = true;
      }
    }
  }
  if (!vouched_for) {
    if (auto name = basic_user(request)) caller.user = std::move(*name);
  }
  caller.administrator = vouched_for && std::ranges::any_of(options_.administrators, [&](const auto& administrator) {
                           return model::equal_ignoring_case(administrator, caller.user);
                         });
  return identity;
}

std::optional<Identity> Identification::forwarded(const http::Request& request, model::Door door) const {
  if (request.header_count(forwarded_header) != 1) return std::nullopt;
  return forwarded_identity(*request.header(forwarded_header), secret_, door);
}

}  // namespace tally::common
