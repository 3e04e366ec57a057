#pragma once

#include <expected>
#include <string_view>

#include "tally/model/answer.hpp"
#include "tally/model/settings.hpp"

namespace tally::engine {

inline constexpr std::size_t settings_max = 256;
inline constexpr std::size_t setting_name_bytes_max = 128;
inline constexpr std::size_t settings_value_bytes_max = 64 * 1024;  ///< of all values together

/// A property that the server knows and no client sets, such as Features or ServerTime.
[[nodiscard]] bool is_server_owned(std::string_view name);

/// A log-in's settings. A property that the server owns is refused, unless it is marked read-only: then it is an echo
/// of what we told, and left out. The last of several with one name counts.
[[nodiscard]] std::expected<model::Settings, model::Refusal> accepted_at_login(const model::Settings& sent);

/// `current` with `sent` merged in. Besides the above, what is fixed at log-in (computer, database) can't be changed.
[[nodiscard]] std::expected<model::Settings, model::Refusal> merged(const model::Settings& current,
                                                                    const model::Settings& sent);

/// The value of a setting; absent when it was never set.
[[nodiscard]] const std::string* value_of(const model::Settings& settings, std::string_view name);

}  // namespace tally::engine
