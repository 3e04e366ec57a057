#include "tally/config/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace tally::config {
namespace {

constexpr unsigned address_bits = 128;
constexpr unsigned mapped_bits = 96;  // what stands before an IPv4 address in its mapped form

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, bits);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end || bits > most) return std::nullopt;
  return bits;
}

}  // namespace

std::optional<Network::Address> Network::parse_address(std::string_view text) {
  const std::string terminated{text};
  Address address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address = {};
  address[10] = address[11] = 0xFF;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + mapped_bits / 8) == 1) return address;
  return std::nullopt;
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network;
  network.address_ = *address;
  network.prefix_bits_ = address_bits;
  if (slash == std::string_view::npos) return network;
  const unsigned before = text.substr(0, slash).contains(':') ? 0 : mapped_bits;
  const auto bits = parse_prefix(text.substr(slash + 1), address_bits - before);
  if (!bits) return std::nullopt;
  network.prefix_bits_ = before + *bits;
  for (unsigned bit = network.prefix_bits_; bit < address_bits; ++bit)
    if ((network.address_[bit / 8] >> (7 - bit % 8) & 1) != 0) return std::nullopt;
  return network;
}

bool Network::same_prefix(const Address& address) const {
  const unsigned whole_bytes = prefix_bits_ / 8;
  const unsigned rest_bits = prefix_bits_ % 8;
  if (!std::equal(address.begin(), address.begin() + whole_bytes, address_.begin())) return false;
  return rest_bits == 0 || ((address[whole_bytes] ^ address_[whole_bytes]) >> (8 - rest_bits)) == 0;
}

bool Network::contains(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && same_prefix(*parsed);
}

}  // namespace tally::config
