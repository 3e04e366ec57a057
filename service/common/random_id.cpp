#include "tally/common/random_id.hpp"

#include <sodium/randombytes.h>

namespace tally::common {

model::Guid random_id() {
  model::Guid id;
  randombytes_buf(id.bytes.data(), id.bytes.size());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace tally::common
