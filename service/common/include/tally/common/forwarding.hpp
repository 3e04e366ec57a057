#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tally/common/identification.hpp"
#include "tally/http/request.hpp"
#include "tally/http/response.hpp"

namespace tally::common {

/// Takes requests to the Tally that writes, while this one stands by (design.md, section 4).
class Forwarding {
 public:
  /// Why a forwarded request has no answer.
  enum class Failure {
    not_sent,  ///< the writer never had it, nothing was done
    lost,      ///< it was sent, and whether it was carried out is not known
  };
  /// Called once, on a thread of the forwarder's.
  using Done = std::move_only_function<void(std::expected<http::Response, Failure>&&)>;

  virtual ~Forwarding() = default;

  /// Whether another Tally writes. Thread-safe.
  [[nodiscard]] virtual bool is_needed() const = 0;

  /// Sends the request once, with who this Tally found to be calling. Copies what it needs. Thread-safe.
  virtual void forward(const http::Request& request, const Identity& identity, Done done) = 0;
};

/// The header that carries the verified caller of a forwarded request.
inline constexpr std::string_view forwarded_header = "Tally-Forwarded";

/// Its value: the writer's secret, two flags, the caller's address and, last since it may contain blanks, the name.
[[nodiscard]] std::string forwarded_value(std::string_view secret, const Identity& identity);

/// The caller that such a value names; nothing when it is malformed or the secret is not ours (compared in constant
/// time).
[[nodiscard]] std::optional<Identity> forwarded_identity(std::string_view value, std::string_view secret,
                                                         model::Door door);

}  // namespace tally::common
