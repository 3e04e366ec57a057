#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tally/model/catalog.hpp"
#include "tally/model/error_code.hpp"
#include "tally/model/session.hpp"

namespace tally::model {

/// An option as a session may see it: on a license that is valid now.
struct FeatureView {
  Guid id;
  std::string name;
  std::optional<Quantity> maximum;
  bool operator==(const FeatureView&) const = default;
};

/// A session with what its account's licenses allow at the moment of the answer.
struct SessionView {
  Session session;
  Instant server_time;
  std::vector<FeatureView> features;
  std::optional<Instant> expires;  ///< the earliest end among the licenses that are valid now
};

struct SessionList {
  std::vector<Session> sessions;
};

/// What an import did.
struct CatalogReport {
  std::int64_t counters_added = 0;
  std::int64_t counters_changed = 0;
  std::int64_t counters_removed = 0;
  bool operator==(const CatalogReport&) const = default;
};

/// Why a command was not carried out, and what the caller may be told about it beyond the code's own words.
struct Refusal {
  ErrorCode code = ErrorCode::internal_failure;
  std::string detail;
};

/// What success brings; std::monostate where there is nothing to say.
using Answer = std::variant<std::monostate, SessionView, SessionList, CatalogReport>;

using Outcome = std::expected<Answer, Refusal>;

/// Names a repeatable command: who asked for which operation under which key, and the exact command behind it.
struct IdempotencyKey {
  std::string caller;  ///< verified user, else the peer's address
  std::string operation;
  std::string key;     ///< 1 to 128 visible ASCII characters
  std::string digest;  ///< of the parsed command; equal digests are equal commands
};

/// The first answer to a command with an idempotency key.
struct RecordedAnswer {
  IdempotencyKey key;
  Instant recorded_at;
  Outcome outcome;
};

}  // namespace tally::model
