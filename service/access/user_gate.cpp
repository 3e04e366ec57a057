#include "tally/access/user_gate.hpp"

#include <utility>

#include "tally/config/endpoint.hpp"

namespace tally::access {
namespace {

constexpr unsigned unauthenticated = 401;
constexpr unsigned forbidden = 403;

std::optional<unsigned> refusal_for(const model::User& user, model::Access needed) {
  return may(user.role, needed) ? std::nullopt : std::optional{forbidden};
}

unsigned status_of(Verification::Failure failure) {
  switch (failure) {
    case Verification::Failure::none_given:
    case Verification::Failure::wrong: return unauthenticated;
    case Verification::Failure::too_often: return 429;
    case Verification::Failure::no_answer: return 503;
  }
  return 503;
}

}  // namespace

UserGate::UserGate(http::IoThread& thread, Verification& verification, const common::Identification& identification,
                   bool clear_text)
    : thread_{thread},
      verification_{verification},
      identification_{identification, verified_},
      clear_text_{clear_text} {}

void UserGate::admit(const http::Request& request, model::Access needed, Then then) {
  if (needed == model::Access::open) return then(std::nullopt);
  if (const auto vouched = identification_.vouched_for(request)) return then(refusal_for(*vouched, needed));
  if (!clear_text_ && !config::is_loopback_address(request.peer_address) && !identification_.is_from_proxy(request))
    return then(forbidden);
  if (const model::User* user = verified_.find(request)) return then(refusal_for(*user, needed));
  ask(request, {.needed = needed, .then = std::move(then)});
}

void UserGate::ask(const http::Request& request, Waiting waiting) {
  const std::string fingerprint = verified_.fingerprint(request);
  auto& others = waiting_[fingerprint];
  others.push_back(std::move(waiting));
  if (others.size() > 1) return;
  verification_.verify(
      request, identification_.address_of(request), [this, fingerprint](Verification::Verdict verdict) mutable {
        thread_.post([this, fingerprint = std::move(fingerprint), verdict = std::move(verdict)]() mutable {
          tell(fingerprint, std::move(verdict));
        });
      });
}

void UserGate::tell(const std::string& fingerprint, Verification::Verdict verdict) {
  const auto waiting = waiting_.extract(fingerprint);
  if (verdict) verified_.put(fingerprint, *verdict, std::chrono::steady_clock::now());
  for (auto& [needed, then] : waiting.mapped())
    then(verdict ? refusal_for(*verdict, needed) : status_of(verdict.error()));
}

}  // namespace tally::access
