#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::config {

/// Where to listen or to connect to.
struct Endpoint {
  std::string host;        ///< a name or an address; IPv6 without its brackets
  std::uint16_t port = 0;  ///< 0 = any free one, for listening
  bool operator==(const Endpoint&) const = default;
};

/// "name:port", "192.0.2.1:port" or "[2001:db8::1]:port"; absent for anything else, an IPv6 address without brackets
/// too.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

/// The same spelling, ready for a URL.
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// Whether only this machine can reach it: localhost, 127.0.0.0/8, ::1. A name other than localhost counts as reachable
/// by others, whatever it resolves to today.
[[nodiscard]] bool is_loopback(const Endpoint& endpoint);
/// The same of a number without port.
[[nodiscard]] bool is_loopback_address(std::string_view address);

}  // namespace tally::config
