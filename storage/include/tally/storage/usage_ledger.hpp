#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tally/model/catalog.hpp"
#include "tally/model/event.hpp"
#include "tally/model/settings.hpp"

namespace tally::storage {

/// What a counter is called by those who look at usage. Of one that has left the catalogue the code is the name.
struct ProductName {
  std::int64_t id = 0;  ///< the catalogue's `product_id`, else the counter's number
  std::string name;
};

/// A place that was held at the instant of the question. Of a place that a connection shares, its oldest hold.
struct HeldPlace {
  model::Token token;
  ProductName product;
  model::HolderKind holder_kind = model::HolderKind::session;
  model::Instant taken_at;
  model::Quantity used_then;                    ///< as it was when the place was taken, this one included
  std::optional<model::Quantity> balance_then;  ///< absent: without a limit
  std::string reason;
  std::string user;
  std::string computer;
  std::string address;
  model::Instant opened_at;  ///< of the session; of a named user's place when it was taken
  model::SessionId session;  ///< zero for a named user
  model::Settings settings;  ///< of the session, as they are now
};

/// Which places, and how many at once. Absent: all.
struct HeldPlacesQuestion {
  std::optional<model::Instant> at;  ///< absent: now
  std::optional<model::AccountId> account;
  std::optional<std::string> product;  ///< a product's id, its name, or the product of the license
  std::optional<std::string> user;
  std::optional<std::string> kind;  ///< of session, in lower case; what says nothing else is "remote"
  model::Token after;               ///< only later tokens
  std::size_t limit = 1;
};

/// In ascending order of tokens.
struct HeldPlaces {
  std::vector<HeldPlace> places;
  bool there_are_more = false;
};

/// What a license allows of one product, and how much of it is in use.
struct ProductRight {
  ProductName product;
  model::Quantity used;
  std::optional<model::Quantity> maximum;  ///< absent: without a limit
  model::License license;                  ///< without its features
};

/// The account as its catalogue says, with a right for everything that it counts by places.
struct AccountRights {
  model::Account account;  ///< without its licenses
  std::vector<ProductRight> rights;
};

/// Why a question has no answer.
struct NotRetained {
  model::Instant since;  ///< what the ledger still has begins here
};
struct UnknownAccount {};
struct LedgerSilent {
  std::string what;  ///< for the log: it may name hosts and must not cross a door
};
template<class Answer, class... Reasons>
using UsageAnswer = std::expected<Answer, std::variant<LedgerSilent, Reasons...>>;

/// Questions about what is and was held, answered from what is durable without the writer. One thread at a time; each
/// call ends in bounded time.
class UsageLedger {
 public:
  virtual ~UsageLedger() = default;

  [[nodiscard]] virtual UsageAnswer<HeldPlaces, NotRetained> held(const HeldPlacesQuestion& question) = 0;
  [[nodiscard]] virtual UsageAnswer<AccountRights, UnknownAccount> rights(const model::AccountId& account) = 0;
};

}  // namespace tally::storage
