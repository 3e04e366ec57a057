#pragma once

#include <functional>
#include <optional>

#include "parameters.hpp"
#include "tally/storage/records.hpp"

namespace tally::postgres {

/// One array parameter: a value of every row.
template<class Rows, class Get>
void column(Parameters& p, void (Parameters::*begin)(), Rows&& rows, Get get) {
  (p.*begin)();
  for (const auto& row : rows) p.value(std::invoke(get, row));
}

inline constexpr auto smallints = &Parameters::begin_smallints;
inline constexpr auto bigints = &Parameters::begin_bigints;
inline constexpr auto texts = &Parameters::begin_texts;
inline constexpr auto uuids = &Parameters::begin_uuids;
inline constexpr auto instants = &Parameters::begin_instants;
inline constexpr auto booleans = &Parameters::begin_booleans;

template<class Enum>
std::int16_t number_of(Enum value) {
  return static_cast<std::int16_t>(value);
}

template<class Tag>
std::optional<std::int64_t> unless_zero(model::Number<Tag> number) {
  return number.value == 0 ? std::nullopt : std::optional{number.value};
}

inline std::optional<model::Guid> unless_zero(const model::Guid& guid) {
  return guid.is_zero() ? std::nullopt : std::optional{guid};
}

inline void with_group_number(Parameters& p, const storage::Group& group) {
  p.clear();
  p.add(group.number.value);
}

}  // namespace tally::postgres
