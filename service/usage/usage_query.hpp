#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "tally/storage/usage_ledger.hpp"

namespace tally::usage {

/// So many elements are listed at once, and where nobody says how many.
inline constexpr std::size_t elements_max = 10'000;

/// Reads the query of a list: `at`, `account`, `product`, `user`, `kind`, `after` and `limit`, each at most once. The
/// error says what is wrong, for the caller.
[[nodiscard]] std::expected<storage::HeldPlacesQuestion, std::string> read_usage_query(std::string_view query);

/// A token as a path has it.
[[nodiscard]] std::optional<model::Token> read_token(std::string_view text);

/// Reads the query of `License info`: `account` alone; "default" without one.
[[nodiscard]] std::expected<model::AccountId, std::string> read_info_query(std::string_view query);

}  // namespace tally::usage
