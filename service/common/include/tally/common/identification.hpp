#pragma once

#include <optional>
#include <string>

#include "tally/common/verified_callers.hpp"
#include "tally/config/options.hpp"
#include "tally/engine/command.hpp"
#include "tally/http/request.hpp"
#include "tally/model/access.hpp"

namespace tally::common {

/// Who calls.
struct Identity {
  engine::Caller caller;
  bool is_verified = false;  ///< somebody vouched for the name
  model::AccountId account;  ///< whose alone the caller may be; empty: any account's

  /// Whether the caller may act on this account.
  [[nodiscard]] bool may_be(const model::AccountId& asked) const { return account.empty() || account == asked; }
  /// The same where no account may have been named: then it is the caller's own, if there is one.
  [[nodiscard]] bool may_look_at(std::optional<model::AccountId>& asked) const {
    if (!asked && !account.empty()) asked = account;
    return !asked || may_be(*asked);
  }

  /// By which name repeats of a command are recognized as the caller's own (design rule 13).
  [[nodiscard]] std::string idempotency_scope() const {
    return is_verified ? "user " + caller.user : "address " + caller.address;
  }
};

/// Tells who calls from what a request carries. Immutable, so safe from any thread, unless it looks at verified
/// callers, who are one thread's.
///
/// A name in the proxy header is believed from listed proxies only; an administrator's is one of the configuration's. A
/// user whose credentials a gate found right is who they say. Where there is no gate, a name by Basic is taken as it
/// is, without looking at the password, and so carries no rights. Else the caller is the configured anonymous user. A
/// listed proxy's X-Forwarded-For gives the peer's address (its last entry: the one the proxy saw). A stand-by that
/// knows this process's secret is believed whatever it says.
class Identification {
 public:
  /// `secret`: by which stand-bys show that they read this process's term row; empty: none is believed.
  explicit Identification(config::IdentityOptions options, std::string secret = {})
      : options_{std::move(options)}, secret_{std::move(secret)} {}

  /// The same, that knows besides whom a gate let in. The callers must outlive it.
  Identification(const Identification& other, const VerifiedCallers& verified) : Identification{other} {
    verified_ = &verified;
  }

  [[nodiscard]] Identity of(const http::Request& request, model::Door door) const;
  /// Who a stand-by found to be calling; absent when the request was not forwarded by one that is to be believed.
  [[nodiscard]] std::optional<Identity> forwarded(const http::Request& request, model::Door door) const;
  /// The user for whom a listed proxy vouches, with what the configuration lets such a one do; absent: for nobody.
  [[nodiscard]] std::optional<model::User> vouched_for(const http::Request& request) const;
  /// Where the request comes from, as a listed proxy says.
  [[nodiscard]] std::string address_of(const http::Request& request) const;
  /// Whether the request came straight from a listed proxy.
  [[nodiscard]] bool is_from_proxy(const http::Request& request) const;

 private:
  config::IdentityOptions options_;
  std::string secret_;
  const VerifiedCallers* verified_ = nullptr;
};

}  // namespace tally::common
