#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "commit_connection.hpp"
#include "tally/storage/ledger.hpp"

namespace tally::postgres {

/// Why a server may not be written to at all: too old, unsafe, another schema. Absent when it may.
[[nodiscard]] std::optional<std::string> unusable_because(CommitConnection& connection, bool allow_unsafe);

/// The live term of another writer, if any, after having watched it for one whole term (design.md, section 4).
[[nodiscard]] std::expected<std::optional<storage::AnotherWriter>, ServerError> watch_term(CommitConnection& connection,
                                                                                        const std::stop_token& stop);

/// What stands at a number that we wanted to open at.
struct Taken {
  model::Epoch by;
};
using OpeningResult = std::variant<model::GroupNumber, Taken, ServerError>;

/// Inserts an opening group with this number and puts `mine` into the term row. Who holds the number uncommitted is the
/// backend named in the term row, and is ended.
[[nodiscard]] OpeningResult insert_opening(CommitConnection& connection, model::GroupNumber number,
                                           const storage::TermRow& mine, model::Instant now);

/// The number behind the last group.
[[nodiscard]] std::expected<model::GroupNumber, ServerError> next_number(CommitConnection& connection);

/// When the writer before stopped in order; read before the opening forgets it.
[[nodiscard]] std::expected<std::optional<model::Instant>, ServerError> stopped_at(CommitConnection& connection);

}  // namespace tally::postgres
