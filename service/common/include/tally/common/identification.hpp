#pragma once

#include <string>

#include "tally/config/options.hpp"
#include "tally/engine/command.hpp"
#include "tally/http/request.hpp"

namespace tally::common {

/// Who calls, and by which name repeats of a command are recognized as the caller's own.
struct Identity {
  engine::Caller caller;
  std::string idempotency_scope;
};

/// Tells who calls from what a request carries. Immutable, so safe from any thread.
///
/// A name in the proxy header is believed from listed proxies only; it alone can be an administrator's. A name by Basic
/// is taken as it is, without looking at the password, and so carries no rights. Else the caller is the configured
/// anonymous user. A listed proxy's X-Forwarded-For gives the peer's address (its last entry: the one the proxy saw).
class Identification {
 public:
  explicit Identification(config::IdentityOptions options) : options_{std::move(options)} {}

  [[nodiscard]] Identity of(const http::Request& request, model::Door door) const;
  /// Whether the request came straight from a listed proxy.
  [[nodiscard]] bool is_from_proxy(const http::Request& request) const;

 private:
  config::IdentityOptions options_;
};

}  // namespace tally::common
