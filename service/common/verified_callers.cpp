#include "tally/common/verified_callers.hpp"

#include <sodium/crypto_generichash.h>
#include <sodium/randombytes.h>

namespace tally::common {

VerifiedCallers::VerifiedCallers() { randombytes_buf(key_.data(), key_.size()); }

std::string VerifiedCallers::fingerprint(const http::Request& request) const {
  crypto_generichash_state state;
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash_init(&state, key_.data(), key_.size(), hash.size());
  for (const auto* name : {"Authorization", "X-Api-Key"}) {
    const auto value = request.header(name).value_or("");
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(value.data()), value.size());
    const unsigned char end = 0;
    crypto_generichash_update(&state, &end, 1);
  }
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(hash.data()), hash.size());
  return hash;
}

const model::User* VerifiedCallers::find(const http::Request& request) const {
  if (callers_.empty()) return nullptr;
  const auto found = callers_.find(fingerprint(request));
  return found != callers_.end() && request.received_at < found->second.until ? &found->second.user : nullptr;
}

void VerifiedCallers::put(std::string fingerprint, model::User user, std::chrono::steady_clock::time_point now) {
  if (callers_.size() >= callers_max)
    std::erase_if(callers_, [now](const auto& each) { return each.second.until <= now; });
  if (callers_.size() >= callers_max) callers_.clear();
  callers_.insert_or_assign(std::move(fingerprint), Entry{.user = std::move(user), .until = now + lifetime});
}

}  // namespace tally::common
