#include "tally/access/verification.hpp"

#include "attempt_limit.hpp"
#include "credentials.hpp"
#include "tally/access/password.hpp"
#include "tally/common/desk.hpp"

namespace tally::access {
namespace {

/// Of each I/O thread's requests those with the same credentials wait together, so these are different ones.
constexpr std::size_t waiting_max = 64;
constexpr std::size_t failures_of_a_user_max = 10;
constexpr std::size_t failures_of_an_address_max = 50;

}  // namespace

class Verification::Implementation {
 public:
  Implementation(storage::AccessStore& store, const common::WebTokens& tokens, Report report)
      : tokens_{tokens}, report_{std::move(report)}, desk_{store, waiting_max} {}

  void verify(const http::Request& request, std::string address, Then then) {
    Credentials credentials = credentials_of(request);
    if (std::holds_alternative<NoCredentials>(credentials)) return then(std::unexpected{Failure::none_given});
    auto shared = std::make_shared<Then>(std::move(then));
    const bool taken = desk_.ask([this, credentials = std::move(credentials), address = std::move(address), shared](
                                     storage::AccessStore& store) { (*shared)(verdict(store, credentials, address)); });
    if (!taken) (*shared)(std::unexpected{Failure::no_answer});
  }

  void stop() { desk_.stop(); }

 private:
  Verdict verdict(storage::AccessStore& store, const Credentials& credentials, const std::string& address) {
    const std::string who = named_in(credentials);
    const std::string user_there = address + ' ' + who;
    const auto now = std::chrono::steady_clock::now();
    // Keys and tokens can't be guessed: one that is over is a client's that nobody told, and must not lock others out.
    const bool can_be_guessed = std::holds_alternative<common::BasicCredentials>(credentials);
    if (can_be_guessed && (of_addresses_.is_reached(address, now) || of_users_.is_reached(user_there, now))) {
      report_("wrong too often", who, address);
      return std::unexpected{Failure::too_often};
    }
    auto found = look_up(store, credentials);
    if (found || found.error() != Failure::wrong) return found;
    if (can_be_guessed) {
      of_addresses_.failed(address, now);
      of_users_.failed(user_there, now);
    }
    if (!std::holds_alternative<ShownToken>(credentials)) report_("wrong credentials", who, address);
    return found;
  }

  /// The key's identifier is no secret. A name is the client's text, and was found fit for the log when it was read.
  static std::string named_in(const Credentials& credentials) {
    if (const auto* basic = std::get_if<common::BasicCredentials>(&credentials)) return basic->user;
    if (const auto* key = std::get_if<ApiKey>(&credentials)) return key->id;
    return {};
  }

  Verdict look_up(storage::AccessStore& store, const Credentials& credentials) {
    if (const auto* key = std::get_if<ApiKey>(&credentials)) {
      const auto stored = store.key(key->id);
      if (!stored) return silent(stored.error());
      const std::string hash = secret_hash(key->secret);
      if (!*stored || !is_same_hash(hash, (*stored)->secret_hash)) return std::unexpected{Failure::wrong};
      return (*stored)->user;
    }
    if (const auto* token = std::get_if<ShownToken>(&credentials)) {
      const auto name = tokens_.user_of(token->text);
      if (!name) return std::unexpected{Failure::wrong};
      const auto stored = store.user(*name);
      if (!stored) return silent(stored.error());
      if (!*stored) return std::unexpected{Failure::wrong};
      return (*stored)->user;
    }
    const auto* basic = std::get_if<common::BasicCredentials>(&credentials);
    if (basic == nullptr) return std::unexpected{Failure::wrong};
    const auto stored = store.user(basic->user);
    if (!stored) return silent(stored.error());
    if (!fits(basic->password, *stored ? (*stored)->password_hash : std::string{}))
      return std::unexpected{Failure::wrong};
    return (*stored)->user;
  }

  Verdict silent(const storage::LedgerSilent& silent) const {
    report_("the users can't be read: " + silent.what, {}, {});
    return std::unexpected{Failure::no_answer};
  }

  const common::WebTokens& tokens_;
  Report report_;
  AttemptLimit of_users_{failures_of_a_user_max};
  AttemptLimit of_addresses_{failures_of_an_address_max};
  common::Desk<storage::AccessStore> desk_;  // the last: its thread uses the others
};

Verification::Verification(storage::AccessStore& store, const common::WebTokens& tokens, Report report)
    : implementation_{std::make_unique<Implementation>(store, tokens, std::move(report))} {}
Verification::~Verification() = default;

void Verification::verify(const http::Request& request, std::string address, Then then) {
  implementation_->verify(request, std::move(address), std::move(then));
}
void Verification::stop() { implementation_->stop(); }

}  // namespace tally::access
