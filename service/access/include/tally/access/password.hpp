#pragma once

#include <cstddef>
#include <string>

namespace tally::access {

inline constexpr std::size_t password_bytes_max = 256;

/// Argon2id with its parameters and a salt of its own, as the table of users keeps it. Takes tens of milliseconds and
/// 19 MiB on purpose. Throws std::bad_alloc.
[[nodiscard]] std::string password_hash(const std::string& password);

/// Takes as long whether the password is right or not, and also for an empty hash, which no password fits.
[[nodiscard]] bool fits(const std::string& password, const std::string& hash);

}  // namespace tally::access
