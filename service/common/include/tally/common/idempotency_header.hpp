#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "tally/common/identification.hpp"
#include "tally/model/answer.hpp"

namespace tally::common {

/// The request's `Idempotency-Key` header as the engine wants it; absent when there is none, or when the command
/// changes nothing. Commands with the same values are the same command. The error says what is wrong with the header.
[[nodiscard]] std::expected<std::optional<model::IdempotencyKey>, std::string_view> idempotency_key(
    const http::Request& request, const Identity& identity, std::string_view operation, const engine::Command& command);

}  // namespace tally::common
