#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::postgres {

/// The parameters of one prepared statement in PostgreSQL's binary format: scalars, and arrays to be unnested, of
/// single values or of whole rows. Reused from group to group so that its buffers stay warm.
class Parameters {
 public:
  void clear();

  void add(std::int64_t value);
  void add(model::Instant value);
  void add(std::string_view text);
  void add_null();

  /// Begins an array; each further value() belongs to it until the next add or begin.
  void begin_smallints();
  void begin_bigints();
  void begin_texts();
  void begin_uuids();
  void begin_instants();
  void begin_booleans();

  void value(std::int16_t v);
  void value(std::int64_t v);
  void value(std::string_view v);
  void value(const model::Guid& v);
  void value(model::Instant v);
  void value(bool v);
  void value(model::Quantity v) { value(v.millionths()); }
  template<class Tag>
  void value(model::Number<Tag> v) {
    value(v.value);
  }
  void null();
  template<class T>
  void value(const std::optional<T>& v) {
    v ? value(*v) : null();
  }

  /// Begins an array of rows of a composite type; each row() adds one, with all the fields of the type in their order.
  void begin_rows(std::uint32_t type_oid);
  template<class... Fields>
  void row(const Fields&... fields) {
    const std::size_t begin = begin_row(sizeof...(fields));
    (field(fields), ...);
    end_row(begin);
  }

  /// As libpq wants them; valid until the next change.
  [[nodiscard]] int count() const { return static_cast<int>(spans_.size()); }
  [[nodiscard]] const char* const* values();
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  struct Span {
    std::size_t begin;
    bool is_null;
  };
  void start(bool is_null = false);
  void finish();
  void begin_array(std::uint32_t element_oid);
  [[nodiscard]] std::size_t begin_row(std::uint32_t fields);
  void end_row(std::size_t begin);
  void field(std::int16_t v);
  void field(std::int32_t v);
  void field(std::int64_t v);
  void field(std::string_view v);
  void field(const model::Guid& v);
  void field(model::Instant v);
  void field(model::Quantity v) { field(v.millionths()); }
  template<class Tag>
  void field(model::Number<Tag> v) {
    field(v.value);
  }
  template<class T>
  void field(const std::optional<T>& v) {
    v ? field(*v) : null_field(T{});
  }
  void null_field(std::int16_t type);
  void null_field(std::int32_t type);
  void null_field(std::int64_t type);
  void null_field(const model::Guid& type);
  void null_field(model::Quantity) { null_field(std::int64_t{}); }
  template<class Integer>
  void put_integer_field(std::uint32_t type_oid, Integer v);
  template<class Integer>
  void put_element(Integer v);
  void put32(std::uint32_t v);
  void put64(std::uint64_t v);
  void put(std::string_view bytes) { buffer_.append(bytes); }

  std::string buffer_;
  std::vector<Span> spans_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::optional<std::size_t> array_;  ///< where the open array begins in the buffer
  std::uint32_t elements_ = 0;        ///< of the open array
};

}  // namespace tally::postgres
