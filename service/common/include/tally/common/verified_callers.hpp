#pragma once

#include <array>
#include <chrono>
#include <string>
#include <unordered_map>

#include "tally/http/request.hpp"
#include "tally/model/access.hpp"

namespace tally::common {

/// Users whose credentials were found right a short time ago, so that looking them up and hashing is not done for each
/// request. Credentials themselves are not kept, only their hashes by a key that this object draws. One thread.
class VerifiedCallers {
 public:
  /// What was changed or revoked lets in for as long at most.
  static constexpr std::chrono::seconds lifetime{60};
  static constexpr std::size_t callers_max = 10'000;

  VerifiedCallers();

  /// By what the request's credentials are told apart here.
  [[nodiscard]] std::string fingerprint(const http::Request& request) const;

  /// Null when the request's credentials are not known, or not any more when it came.
  [[nodiscard]] const model::User* find(const http::Request& request) const;
  void put(std::string fingerprint, model::User user, std::chrono::steady_clock::time_point now);

 private:
  struct Entry {
    model::User user;
    std::chrono::steady_clock::time_point until;
  };
  std::array<unsigned char, 32> key_{};
  std::unordered_map<std::string, Entry> callers_;
};

}  // namespace tally::common
