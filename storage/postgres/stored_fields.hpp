#pragma once

#include <optional>
#include <pqxx/pqxx>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/number_range.hpp"
#include "tally/model/quantity.hpp"

namespace tally::postgres {

using SnapshotTransaction = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

// Instants travel as microseconds since 1970, so that no text of a time zone is read.
#define MICROSECONDS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"

[[nodiscard]] model::Instant instant(const pqxx::field& field);
[[nodiscard]] std::optional<model::Instant> optional_instant(const pqxx::field& field);
[[nodiscard]] model::Quantity quantity(const pqxx::field& field);
[[nodiscard]] std::optional<model::Quantity> optional_quantity(const pqxx::field& field);
/// Zero for null. Throws for a text that is no guid.
[[nodiscard]] model::Guid guid(const pqxx::field& field);
[[nodiscard]] std::int64_t number_or_zero(const pqxx::field& field);
/// Absent for null.
[[nodiscard]] std::optional<model::NumberRange> numbers(const pqxx::field& first, const pqxx::field& last);

}  // namespace tally::postgres
