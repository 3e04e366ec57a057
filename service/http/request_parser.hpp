#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tally/http/server.hpp"

namespace tally::http {

/// A place in the request, counted from its first byte.
struct Extent {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  [[nodiscard]] std::string_view in(std::string_view request) const { return request.substr(offset, length); }
};

struct FieldExtent {
  Extent name;
  Extent value;
};

/// What a header says. Kept by the connection and filled anew for every request, so that it allocates only at first.
struct RequestHead {
  Method method = Method::other;
  unsigned version = 11;
  Extent method_text;
  Extent target;
  std::vector<FieldExtent> fields;
};

/// Beast's grammar with a stricter will and without its containers: a request that two readers could understand
/// differently is refused, since a proxy in front may be the other reader. One object parses one request.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(const Limits& limits, RequestHead& head, std::string& chunked_body);

  /// Parses as much of the header as there is; `request` starts with the request's first byte. Gives the bytes parsed.
  std::size_t parse_header(std::string_view request, std::size_t parsed);
  /// The same for chunks, whose data it appends to the body; they need no longer be kept.
  std::size_t parse_chunks(std::string_view chunks);

  /// The status to refuse the request with, or 0.
  [[nodiscard]] unsigned refusal() const { return refusal_; }
  void refuse(unsigned status) { refusal_ = status; }
  [[nodiscard]] bool expects_continue() const { return expects_continue_; }

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;

  std::size_t parse(std::string_view bytes);
  void refuse(unsigned status, Error& error);
  [[nodiscard]] Extent extent(Text text) const;
  [[nodiscard]] bool is_folded(Text name, Text value) const;
  void check_field(boost::beast::http::field kind, Text value, Error& error);
  void check_expectation(Text value);

  void on_request_impl(boost::beast::http::verb, Text, Text, int, Error&) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(boost::beast::http::field, Text, Text, Error&) override;
  void on_header_impl(Error&) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(Text body, Error&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override;
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Error&) override;
  void on_finish_impl(Error&) override {}

  const Limits& limits_;
  RequestHead& head_;
  std::string& body_;
  std::string_view input_;
  unsigned refusal_ = 0;
  unsigned hosts_ = 0;
  unsigned lengths_ = 0;
  std::size_t extension_bytes_ = 0;
  bool header_ended_ = false;
  bool expects_continue_ = false;
  bool expects_unknown_ = false;
};

}  // namespace tally::http
