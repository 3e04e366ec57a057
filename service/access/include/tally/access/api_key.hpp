#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::access {

/// A key as its holder has it: `tally_`, an identifier by which it is found, `_`, and a secret of 256 random bits.
struct ApiKey {
  std::string id;
  std::string secret;
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] ApiKey draw_api_key();
/// Absent for what is no key.
[[nodiscard]] std::optional<ApiKey> parse_api_key(std::string_view text);

/// What is kept of a secret, in hexadecimal: BLAKE2b, fast, which is enough for what nobody can guess.
[[nodiscard]] std::string secret_hash(std::string_view secret);
/// In a time that does not depend on where they differ.
[[nodiscard]] bool is_same_hash(std::string_view one, std::string_view other);

}  // namespace tally::access
