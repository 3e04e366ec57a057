#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tally::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

/// A header line as it was sent, without the white space around the value.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// A complete, well-formed request. Every view, and the request itself, is valid until its Responder was used or
/// destroyed; what has to live longer is copied by the handler.
struct Request {
  std::uint64_t id = 0;  ///< unique within the server
  Method method = Method::other;
  std::string_view method_text;   ///< as sent; the only way to tell the methods apart that `Method` calls other
  std::string_view target;        ///< as sent, possibly with scheme and authority in front
  std::string_view path;          ///< undecoded, from the first '/' up to the '?'; "*" in `OPTIONS *`; never empty
  std::string_view query;         ///< undecoded, what follows the first '?'
  bool has_query = false;         ///< tells "/path?" from "/path"
  unsigned version = 11;          ///< 10 or 11
  std::span<const Field> fields;  ///< in the order sent; trailers of a chunked body are dropped
  std::string_view body;          ///< decoded if it came in chunks
  std::string_view peer_address;  ///< numeric, without port; an IPv4 client of an IPv6 socket shows as IPv4
  std::chrono::steady_clock::time_point received_at;  ///< when its first byte was read

  /// The first value sent under this name, in any letter case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  /// How many lines bear this name: more than one is a mistake for many headers, and only their reader knows.
  [[nodiscard]] std::size_t header_count(std::string_view name) const;
};

}  // namespace tally::http
