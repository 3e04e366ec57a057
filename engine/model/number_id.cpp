#include "tally/model/number_id.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tally::model {
namespace {

constexpr std::array<std::uint8_t, 6> mark{0x8e, 0x75, 0xad, 0x6e, 0x75, 0x6d};

void put(std::span<std::uint8_t> bytes, std::uint64_t value) {
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, value >>= 8) *byte = static_cast<std::uint8_t>(value);
}

std::uint64_t get(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace

Guid number_id(const ZoneNumber& number) {
  Guid id;
  const std::span bytes{id.bytes};
  put(bytes.first(6), static_cast<std::uint64_t>(number.zone.value));
  std::ranges::copy(mark, bytes.subspan(6).begin());
  put(bytes.last(4), static_cast<std::uint32_t>(number.number));
  return id;
}

std::optional<ZoneNumber> number_of_id(const Guid& id) {
  const std::span<const std::uint8_t> bytes{id.bytes};
  if (!std::ranges::equal(bytes.subspan(6, mark.size()), mark)) return std::nullopt;
  return ZoneNumber{.zone = {static_cast<std::int64_t>(get(bytes.first(6)))},
                    .number = static_cast<std::int32_t>(static_cast<std::uint32_t>(get(bytes.last(4))))};
}

}  // namespace tally::model
