#pragma once

#include <optional>
#include <string>

#include "tally/config/options.hpp"
#include "tally/engine/command.hpp"
#include "tally/http/request.hpp"

namespace tally::common {

/// Who calls.
struct Identity {
  engine::Caller caller;
  bool is_verified = false;  ///< somebody vouched for the name

  /// By which name repeats of a command are recognized as the caller's own (design rule 13).
  [[nodiscard]] std::string idempotency_scope() const {
    return is_verified ? "user " + caller.user : "address " + caller.address;
  }
};

/// Tells who calls from what a request carries. Immutable, so safe from any thread.
///
/// A name in the proxy header is believed from listed proxies only; it alone can be an administrator's. A name by Basic
/// is taken as it is, without looking at the password, and so carries no rights. Else the caller is the configured
/// anonymous user. A listed proxy's X-Forwarded-For gives the peer's address (its last entry: the one the proxy saw).
/// A stand-by that knows this process's secret is believed whatever it says.
class Identification {
 public:
  /// `secret`: by which stand-bys show that they read this process's term row; empty: none is believed.
  explicit Identification(config::IdentityOptions options, std::string secret = {})
      : options_{std::move(options)}, secret_{std::move(secret)} {}

  [[nodiscard]] Identity of(const http::Request& request, model::Door door) const;
  /// Who a stand-by found to be calling; absent when the request was not forwarded by one that is to be believed.
  [[nodiscard]] std::optional<Identity> forwarded(const http::Request& request, model::Door door) const;
  /// Whether the request came straight from a listed proxy.
  [[nodiscard]] bool is_from_proxy(const http::Request& request) const;

 private:
  config::IdentityOptions options_;
  std::string secret_;
};

}  // namespace tally::common
