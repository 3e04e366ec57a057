#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "commit_connection.hpp"
#include "tally/storage/ledger.hpp"

namespace tally::postgres {

/// Why a server may not be written to at all: too old, unsafe, another schema. Absent when it may.
[[nodiscard]] std::expected<std::optional<std::string>, ServerError> unusable_because(CommitConnection& connection,
                                                                                      bool allow_unsafe);

/// A term that may be followed by ours.
struct TermIsOver {
  model::Epoch epoch;
  std::optional<model::Instant> stopped_at;  ///< when its writer stopped in order; absent after a crash
};
using Watched = std::variant<TermIsOver, storage::AnotherWriter, ServerError>;

/// Whether another writer's term is live, after having watched it for one whole term (docs/architecture.md).
[[nodiscard]] Watched watch_term(CommitConnection& connection, const std::stop_token& stop);

/// What stands at a number that we wanted to open at; epoch 0 when nothing does, and its predecessor is gone too.
struct Taken {
  model::Epoch by;
};
using OpeningResult = std::variant<model::GroupNumber, Taken, ServerError>;

/// Inserts an opening group with this number and puts `mine` into the term row. Who holds the number uncommitted is the
/// backend named in the term row, and is ended.
[[nodiscard]] OpeningResult insert_opening(CommitConnection& connection, model::GroupNumber number,
                                           const storage::TermRow& mine, model::Instant now);

/// The number behind the last group; absent when that is no longer one of `epoch`, whose term was watched.
[[nodiscard]] std::expected<std::optional<model::GroupNumber>, ServerError> next_number(CommitConnection& connection,
                                                                                        model::Epoch epoch);

}  // namespace tally::postgres
