#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "tally/common/web_tokens.hpp"
#include "tally/http/request.hpp"
#include "tally/storage/access_store.hpp"

namespace tally::access {

/// Whose credentials a request carries, found out on a thread of its own: a password takes tens of milliseconds by
/// design. Thread-safe.
class Verification {
 public:
  enum class Failure {
    none_given,  ///< there are no credentials, or more than one
    wrong,
    too_often,  ///< a password, wrong too often lately from this address or for this user from it: not looked at
    no_answer,  ///< the store does not answer, or too many wait
  };
  using Verdict = std::expected<model::User, Failure>;
  /// Called on the verification's thread, or at once on the caller's.
  using Then = std::move_only_function<void(Verdict)>;

  /// Told of each refusal for the log: why, the user's name or the key's identifier, and the address.
  using Report = std::function<void(std::string_view why, std::string_view who, std::string_view address)>;

  Verification(storage::AccessStore& store, const common::WebTokens& tokens, Report report);
  ~Verification();
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;

  /// `address`: of who sent it, by which attempts are limited.
  void verify(const http::Request& request, std::string address, Then then);

  /// Finishes what is in work and drops the rest. To be called while the threads that ask still exist.
  void stop();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tally::access
