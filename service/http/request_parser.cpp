#include "request_parser.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <functional>

namespace tally::http {

namespace beast = boost::beast;

namespace {

// The shortest end of a chunked body, "0\r\n\r\n". Fewer bytes can never complete a request, and Beast 1.81 takes it
// for granted that it sees as many when it goes on with a last chunk.
constexpr std::size_t last_chunk_bytes = 5;

constexpr auto host_characters = [] {
  std::array<bool, 256> table{};
  for (const char character : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
                                               "!$&'()*+,;=%:[]")) {
    table[static_cast<unsigned char>(character)] = true;
  }
  return table;
}();

bool is_host(beast::string_view value) {
  return std::ranges::all_of(value,
                             [](char character) { return host_characters[static_cast<unsigned char>(character)]; });
}

constexpr std::array methods{
    std::pair(beast::http::verb::get, Method::get),        std::pair(beast::http::verb::post, Method::post),
    std::pair(beast::http::verb::put, Method::put),        std::pair(beast::http::verb::delete_, Method::delete_),
    std::pair(beast::http::verb::patch, Method::patch),    std::pair(beast::http::verb::head, Method::head),
    std::pair(beast::http::verb::options, Method::options)};

Method method_of(beast::http::verb verb) {
  const auto* const found = std::ranges::find(methods, verb, [](const auto& row) { return row.first; });
  return found == methods.end() ? Method::other : found->second;
}

unsigned status_of(const beast::error_code& error) {
  if (error == beast::http::error::header_limit) return 431;
  if (error == beast::http::error::body_limit) return 413;
  return 400;
}

}  // namespace

RequestParser::RequestParser(const Limits& limits, RequestHead& head, std::string& chunked_body)
    : limits_(limits), head_(head), body_(chunked_body) {
  header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  body_limit(limits.body_bytes);
  head_.method = Method::other;
  head_.version = 11;
  head_.method_text = {};
  head_.target = {};
  head_.fields.clear();
  body_.clear();
}

std::size_t RequestParser::parse_header(std::string_view request, std::size_t parsed) {
  input_ = request;
  parsed += parse(request.substr(parsed));
  const auto bytes = is_header_done() ? parsed : request.size();
  const bool too_long = is_header_done() ? bytes > limits_.header_bytes : bytes >= limits_.header_bytes;
  if (refusal_ == 0 && too_long) refusal_ = 431;
  return parsed;
}

std::size_t RequestParser::parse_chunks(std::string_view chunks) {
  input_ = chunks;
  std::size_t parsed = 0;
  while (refusal_ == 0 && !is_done() && chunks.size() - parsed >= last_chunk_bytes) {
    const auto step = parse(chunks.substr(parsed));
    if (step == 0) break;
    parsed += step;
  }
  const auto waiting = chunks.size() - parsed;
  if (refusal_ == 0 && !is_done() && waiting > limits_.header_bytes) refusal_ = 431;
  return parsed;
}

std::size_t RequestParser::parse(std::string_view bytes) {
  Error error;
  const auto parsed = put(boost::asio::buffer(bytes), error);
  if (error && error != beast::http::error::need_more && refusal_ == 0) refusal_ = status_of(error);
  return parsed;
}

void RequestParser::refuse(unsigned status, Error& error) {
  refusal_ = status;
  error = beast::http::error::bad_value;
}

Extent RequestParser::extent(Text text) const {
  return {static_cast<std::uint32_t>(text.data() - input_.data()), static_cast<std::uint32_t>(text.size())};
}

// Beast joins a value that goes on in the next line; RFC 9112 5.2 lets a server refuse it, and no honest client sends
// it. A joined value stands outside the input, or has a line end between itself and its name.
bool RequestParser::is_folded(Text name, Text value) const {
  const auto* const input_end = input_.data() + input_.size();
  const std::less<const char*> before;
  if (before(value.data(), input_.data()) || before(input_end, value.data())) return true;
  return std::find(name.data() + name.size(), value.data(), '\r') != value.data();
}

void RequestParser::on_request_impl(beast::http::verb verb, Text method, Text target, int version, Error&) {
  head_.method = method_of(verb);
  head_.method_text = extent(method);
  head_.target = extent(target);
  head_.version = static_cast<unsigned>(version);
}

void RequestParser::on_field_impl(beast::http::field kind, Text name, Text value, Error& error) {
  if (is_folded(name, value)) return refuse(400, error);
  if (header_ended_) return;
  if (head_.fields.size() == limits_.header_fields) return refuse(431, error);
  head_.fields.push_back({extent(name), extent(value)});
  check_field(kind, value, error);
}

void RequestParser::check_field(beast::http::field kind, Text value, Error& error) {
  using beast::http::field;
  if (kind == field::host && (++hosts_ > 1 || !is_host(value))) return refuse(400, error);
  // Beast accepts a length that is repeated unchanged; the next reader may add up or take the list for text.
  if (kind == field::content_length && (++lengths_ > 1 || value.find(',') != value.npos)) return refuse(400, error);
  if (kind == field::transfer_encoding) {
    if (head_.version < 11) return refuse(400, error);
    // Beast reads a body without "chunked" in the last place as no body at all, and takes the body for a request.
    if (!beast::iequals(value, "chunked")) return refuse(501, error);
  }
  if (kind == field::expect && head_.version >= 11) check_expectation(value);
}

void RequestParser::check_expectation(Text value) {
  if (beast::iequals(value, "100-continue")) {
    expects_continue_ = true;
  } else {
    expects_unknown_ = true;
  }
}

void RequestParser::on_header_impl(Error& error) {
  header_ended_ = true;
  if (head_.version >= 11 && hosts_ == 0) return refuse(400, error);
  if (expects_unknown_) return refuse(417, error);
}

void RequestParser::on_chunk_header_impl(std::uint64_t, Text extensions, Error& error) {
  extension_bytes_ += extensions.size();
  if (extension_bytes_ > limits_.header_bytes) refuse(431, error);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text data, Error&) {
  body_.append(data.data(), data.size());
  return data.size();
}

}  // namespace tally::http
