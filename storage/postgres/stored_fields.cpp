#include "stored_fields.hpp"

#include <stdexcept>

namespace tally::postgres {

model::Instant instant(const pqxx::field& field) {
  return model::Instant{std::chrono::microseconds{field.as<std::int64_t>()}};
}

std::optional<model::Instant> optional_instant(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional{instant(field)};
}

model::Quantity quantity(const pqxx::field& field) {
  return model::Quantity::from_millionths(field.as<std::int64_t>());
}

std::optional<model::Quantity> optional_quantity(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional{quantity(field)};
}

model::Guid guid(const pqxx::field& field) {
  if (field.is_null()) return {};
  const auto parsed = model::parse_guid(field.c_str());
  if (!parsed) throw std::runtime_error{"a stored guid can't be read"};
  return *parsed;
}

std::int64_t number_or_zero(const pqxx::field& field) { return field.is_null() ? 0 : field.as<std::int64_t>(); }

std::optional<model::NumberRange> numbers(const pqxx::field& first, const pqxx::field& last) {
  if (first.is_null() || last.is_null()) return std::nullopt;
  return model::NumberRange{first.as<std::int32_t>(), last.as<std::int32_t>()};
}

}  // namespace tally::postgres
