#include "tally/config/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "tally/config/network.hpp"
#include "tally/model/names.hpp"

namespace tally::config {
namespace {

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool may_stand_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return port;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  constexpr std::size_t name_max = 253;  // of a host in the domain name system
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host{text.substr(0, colon)};
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return std::nullopt;
  } else if (host.empty() || host.size() > name_max || !std::ranges::all_of(host, may_stand_in_name)) {
    return std::nullopt;
  }
  return Endpoint{std::move(host), *port};
}

std::string to_string(const Endpoint& endpoint) {
  const std::string port = ':' + std::to_string(endpoint.port);
  return endpoint.host.contains(':') ? '[' + endpoint.host + ']' + port : endpoint.host + port;
}

bool is_loopback_address(std::string_view address) {
  static const auto ipv4 = Network::parse("127.0.0.0/8");
  static const auto ipv6 = Network::parse("::1");
  return ipv4->contains(address) || ipv6->contains(address);
}

bool is_loopback(const Endpoint& endpoint) {
  return model::equal_ignoring_case(endpoint.host, "localhost") || is_loopback_address(endpoint.host);
}

}  // namespace tally::config
