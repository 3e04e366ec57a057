#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tally::config {

/// A range of addresses. IPv4 is kept as IPv4-mapped IPv6, so that a socket that serves both needs one comparison.
class Network {
 public:
  /// Reads an address ("192.0.2.1", "::1") or a CIDR network ("10.0.0.0/8", "fd00::/8"). Absent for anything else, also
  /// when bits beyond the prefix are set: 10.1.0.0/8 is a slip, and guessing which half was meant would trust
  /// strangers.
  [[nodiscard]] static std::optional<Network> parse(std::string_view text);

  /// False for text that is no address. Safe from any thread.
  [[nodiscard]] bool contains(std::string_view address) const;

  bool operator==(const Network&) const = default;

 private:
  using Address = std::array<std::uint8_t, 16>;
  static std::optional<Address> parse_address(std::string_view text);
  [[nodiscard]] bool same_prefix(const Address& address) const;

  Address address_{};
  unsigned prefix_bits_ = 0;
};

}  // namespace tally::config
