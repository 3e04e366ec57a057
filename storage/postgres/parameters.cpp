#include "parameters.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace tally::postgres {
namespace {

// Object ids of built-in types never change (PostgreSQL, src/include/catalog/pg_type.dat).
constexpr std::uint32_t oid_bool = 16;
constexpr std::uint32_t oid_int8 = 20;
constexpr std::uint32_t oid_int2 = 21;
constexpr std::uint32_t oid_int4 = 23;
constexpr std::uint32_t oid_text = 25;
constexpr std::uint32_t oid_timestamptz = 1184;
constexpr std::uint32_t oid_uuid = 2950;

// An array in binary: dimensions, has-nulls flag, element type, then length and lower bound of the one dimension.
constexpr std::size_t offset_of_nulls_flag = 4;
constexpr std::size_t offset_of_length = 12;

constexpr std::uint32_t null_length = 0xffffffffU;

/// timestamptz counts microseconds from 2000-01-01 00:00 UTC.
std::int64_t since_2000(model::Instant instant) {
  constexpr model::Instant start = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
  return (instant - start).count();
}

template<class Integer>
Integer big_endian(Integer v) {
  if constexpr (std::endian::native == std::endian::big) return v;
  if constexpr (sizeof v == 2)
    return __builtin_bswap16(v);
  else if constexpr (sizeof v == 4)
    return __builtin_bswap32(v);
  else
    return __builtin_bswap64(v);
}

template<class Integer>
std::string_view bytes_of(const Integer& v) {
  return {reinterpret_cast<const char*>(&v), sizeof v};
}

}  // namespace

void Parameters::clear() {
  buffer_.clear();
  spans_.clear();
  lengths_.clear();
  formats_.clear();
  array_.reset();
}

void Parameters::start(bool is_null) {
  finish();
  spans_.push_back({buffer_.size(), is_null});
  formats_.push_back(1);
}

/// The latest parameter ends where the buffer ends now. An array's length is known then.
void Parameters::finish() {
  if (array_) {
    const std::uint32_t length = big_endian(elements_);
    std::memcpy(buffer_.data() + *array_ + offset_of_length, &length, sizeof length);
    array_.reset();
  }
  if (lengths_.size() < spans_.size()) lengths_.push_back(static_cast<int>(buffer_.size() - spans_.back().begin));
}

const char* const* Parameters::values() {
  finish();
  values_.clear();
  for (const auto& span : spans_) values_.push_back(span.is_null ? nullptr : buffer_.data() + span.begin);
  return values_.data();
}

void Parameters::put32(std::uint32_t v) { v = big_endian(v), put(bytes_of(v)); }
void Parameters::put64(std::uint64_t v) { v = big_endian(v), put(bytes_of(v)); }

void Parameters::add(std::int64_t v) { start(), put64(static_cast<std::uint64_t>(v)); }
void Parameters::add(model::Instant v) { start(), put64(static_cast<std::uint64_t>(since_2000(v))); }
void Parameters::add(std::string_view text) { start(), put(text); }
void Parameters::add_null() { start(true); }

void Parameters::begin_array(std::uint32_t element_oid) {
  start();
  array_ = buffer_.size();
  elements_ = 0;
  put32(1);
  put32(0);
  put32(element_oid);
  put32(0);
  put32(1);
}
void Parameters::begin_smallints() { begin_array(oid_int2); }
void Parameters::begin_bigints() { begin_array(oid_int8); }
void Parameters::begin_texts() { begin_array(oid_text); }
void Parameters::begin_uuids() { begin_array(oid_uuid); }
void Parameters::begin_instants() { begin_array(oid_timestamptz); }
void Parameters::begin_booleans() { begin_array(oid_bool); }

/// An element's length and the element, in one piece.
template<class Integer>
void Parameters::put_element(Integer v) {
  std::array<char, sizeof(std::uint32_t) + sizeof v> bytes;
  const std::uint32_t length = big_endian(static_cast<std::uint32_t>(sizeof v));
  v = big_endian(v);
  std::memcpy(bytes.data(), &length, sizeof length);
  std::memcpy(bytes.data() + sizeof length, &v, sizeof v);
  put({bytes.data(), bytes.size()});
  ++elements_;
}

void Parameters::value(std::int16_t v) { put_element(static_cast<std::uint16_t>(v)); }
void Parameters::value(std::int64_t v) { put_element(static_cast<std::uint64_t>(v)); }
void Parameters::value(model::Instant v) { value(since_2000(v)); }
void Parameters::value(bool v) { ++elements_, put32(1), buffer_.push_back(v ? 1 : 0); }
void Parameters::value(std::string_view v) { ++elements_, put32(static_cast<std::uint32_t>(v.size())), put(v); }
void Parameters::value(const model::Guid& v) {
  ++elements_;
  put32(16);
  put({reinterpret_cast<const char*>(v.bytes.data()), v.bytes.size()});
}
void Parameters::null() {
  ++elements_;
  const std::uint32_t flag = big_endian(std::uint32_t{1});
  std::memcpy(buffer_.data() + *array_ + offset_of_nulls_flag, &flag, sizeof flag);
  put32(null_length);
}

void Parameters::begin_rows(std::uint32_t type_oid) { begin_array(type_oid); }

/// A row in binary: its length, the number of its fields, and each as type, length and value.
std::size_t Parameters::begin_row(std::uint32_t fields) {
  ++elements_;
  const std::size_t begin = buffer_.size();
  put32(0);
  put32(fields);
  return begin;
}

void Parameters::end_row(std::size_t begin) {
  const std::uint32_t length = big_endian(static_cast<std::uint32_t>(buffer_.size() - begin - sizeof length));
  std::memcpy(buffer_.data() + begin, &length, sizeof length);
}

template<class Integer>
void Parameters::put_integer_field(std::uint32_t type_oid, Integer v) {
  std::array<char, 2 * sizeof(std::uint32_t) + sizeof v> bytes;
  type_oid = big_endian(type_oid);
  const std::uint32_t length = big_endian(static_cast<std::uint32_t>(sizeof v));
  v = big_endian(v);
  std::memcpy(bytes.data(), &type_oid, sizeof type_oid);
  std::memcpy(bytes.data() + sizeof type_oid, &length, sizeof length);
  std::memcpy(bytes.data() + sizeof type_oid + sizeof length, &v, sizeof v);
  put({bytes.data(), bytes.size()});
}

void Parameters::field(std::int16_t v) { put_integer_field(oid_int2, static_cast<std::uint16_t>(v)); }
void Parameters::field(std::int32_t v) { put_integer_field(oid_int4, static_cast<std::uint32_t>(v)); }
void Parameters::field(std::int64_t v) { put_integer_field(oid_int8, static_cast<std::uint64_t>(v)); }
void Parameters::field(model::Instant v) {
  put_integer_field(oid_timestamptz, static_cast<std::uint64_t>(since_2000(v)));
}
void Parameters::field(std::string_view v) { put32(oid_text), put32(static_cast<std::uint32_t>(v.size())), put(v); }
void Parameters::field(const model::Guid& v) {
  put32(oid_uuid);
  put32(16);
  put({reinterpret_cast<const char*>(v.bytes.data()), v.bytes.size()});
}
void Parameters::null_field(std::int16_t) { put32(oid_int2), put32(null_length); }
void Parameters::null_field(std::int32_t) { put32(oid_int4), put32(null_length); }
void Parameters::null_field(std::int64_t) { put32(oid_int8), put32(null_length); }
void Parameters::null_field(const model::Guid&) { put32(oid_uuid), put32(null_length); }

}  // namespace tally::postgres
