#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "spot.hpp"
#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::catalog_json {

// Each reads one value, or notes a mistake and returns nothing.

/// 1 to `characters_max` characters, none of them a control character or one that XML cannot carry.
[[nodiscard]] std::optional<std::string> read_text(const Spot& spot, std::size_t characters_max);

struct WholeRange {
  std::int64_t min = 0;
  std::int64_t max = 0;
};
[[nodiscard]] std::optional<std::int64_t> read_whole(const Spot& spot, WholeRange range);

/// 0 to quantity_max with at most six decimals.
[[nodiscard]] std::optional<model::Quantity> read_quantity(const Spot& spot);
[[nodiscard]] std::optional<bool> read_flag(const Spot& spot);
[[nodiscard]] std::optional<model::Instant> read_instant(const Spot& spot);
[[nodiscard]] std::optional<model::Guid> read_guid(const Spot& spot);

/// One of these words, spelled exactly so.
[[nodiscard]] std::optional<std::string_view> read_word(const Spot& spot, std::span<const std::string_view> words);

[[nodiscard]] bool is_null(const Spot& spot);

}  // namespace tally::catalog_json
