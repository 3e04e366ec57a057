#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input_buffer.hpp"
#include "request_parser.hpp"
#include "tally/http/server.hpp"

namespace tally::http {

/// What one connection receives, cut into requests. Knows no sockets and no clocks.
class Incoming {
 public:
  enum class Step : std::uint8_t {
    need_more,      ///< read again
    send_continue,  ///< the client waits for leave to send its body; given once a request
    complete,       ///< `fill` gives the request
    refuse,         ///< answer `refusal()` and close: where the next request would start is not known
  };

  explicit Incoming(const Limits& limits) : limits_(limits) {}

  /// The memory that it has, and that it will have once `space` was asked for after need_more.
  [[nodiscard]] std::size_t memory() const { return input_.capacity() + chunked_body_.capacity(); }
  [[nodiscard]] std::size_t memory_wanted() const;
  /// Where the next bytes are to be read into; never empty after need_more.
  std::span<char> space();
  void add(std::size_t count) { input_.add(count); }
  Step step();

  /// Whether anything of a request has arrived.
  [[nodiscard]] bool begun() const { return parser_.has_value() || input_.size() > 0; }
  [[nodiscard]] bool has_header() const { return header_bytes_ > 0; }
  [[nodiscard]] bool keep_alive() const { return has_header() && parser_->keep_alive(); }
  [[nodiscard]] unsigned refusal() const { return parser_->refusal(); }
  [[nodiscard]] std::size_t body_bytes() const;

  /// Sets the views of the request, as far as it has arrived. They are valid until `next` or `discard`.
  void fill(Request& request);
  /// The path of a request line that is not complete, as far as it has arrived. Valid as long as those.
  [[nodiscard]] std::string_view begun_path() const;
  /// Forgets the current request; the bytes of the one behind it stay.
  void next();
  /// Forgets everything that has arrived.
  void discard();

 private:
  Step parse_header();
  Step parse_body();
  void skip_blank_lines();
  [[nodiscard]] std::size_t wanted_capacity() const;

  const Limits& limits_;
  InputBuffer input_;
  std::optional<RequestParser> parser_;
  RequestHead head_;
  std::vector<Field> fields_;
  std::string chunked_body_;
  std::size_t parsed_ = 0;
  std::size_t header_bytes_ = 0;  ///< 0 until the header is complete
  std::size_t content_length_ = 0;
  bool chunked_ = false;
  bool continue_due_ = false;
};

}  // namespace tally::http
