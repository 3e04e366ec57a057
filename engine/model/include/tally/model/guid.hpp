#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tally::model {

/// 16 bytes in the order in which they are written: the first hexadecimal pair is bytes[0].
struct Guid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Guid&) const = default;
  [[nodiscard]] bool is_zero() const { return *this == Guid{}; }
};

/// Reads what .NET's Guid constructor reads of the usual spellings: any case, surrounding white space, with or without
/// braces, parentheses or dashes (docsvision-storageserver, 4.3). Absent when the text is none of them.
[[nodiscard]] std::optional<Guid> parse_guid(std::string_view text);

/// Lower case with dashes, no braces: what .asmx writes.
[[nodiscard]] std::string to_string(const Guid& guid);

using SessionId = Guid;

}  // namespace tally::model

template<>
struct std::hash<tally::model::Guid> {
  // Session ids are drawn at random by us and option ids come from the catalogue, so folding the halves spreads well.
  std::size_t operator()(const tally::model::Guid& guid) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, guid.bytes.data(), 8);
    std::memcpy(&low, guid.bytes.data() + 8, 8);
    return high ^ (low * 0x9e3779b97f4a7c15ULL);
  }
};
