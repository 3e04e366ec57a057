#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tally::common {

/// Base64 with the letters for URLs, without padding (RFC 7515, 2).
[[nodiscard]] std::string base64_url(std::string_view bytes);

/// Gives who has shown a password or a key a JSON web token (RFC 7519) to show instead, and recognizes its own: signed
/// by HMAC-SHA-256 with a key that this object draws, so they end with the process. Immutable, so safe from any thread
/// if the clock is.
class WebTokens {
 public:
  using Clock = std::function<std::chrono::sys_seconds()>;
  static constexpr std::chrono::hours lifetime{12};

  explicit WebTokens(Clock clock);

  /// With the claims `username`, `role`, `iat` and `exp`.
  [[nodiscard]] std::string issue(std::string_view user, std::string_view role) const;

  /// Whom a token names; absent for one that was not issued here, was changed, or is over.
  [[nodiscard]] std::optional<std::string> user_of(std::string_view token) const;

 private:
  [[nodiscard]] std::string signature(std::string_view text) const;

  Clock clock_;
  std::array<unsigned char, 32> key_{};
};

}  // namespace tally::common
