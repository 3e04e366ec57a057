#include "response_head.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace tally::http {

namespace {

void append_number(std::string& text, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

bool is_control(char character) {
  const auto code = static_cast<unsigned char>(character);
  return (code < 0x20 && code != '\t') || code == 0x7f;
}

// RFC 9110 5.6.7; strftime would follow the locale.
std::string http_date(std::time_t now) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                   months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                                   utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string_view ResponseHead::write(const Response& response, Framing framing) {
  text_ = "HTTP/1.1 ";  // to a 1.0 client too: the server's own version, RFC 9110 2.5
  append_number(text_, response.status);
  text_ += ' ';
  text_ += std::string_view(boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status)));
  text_ += "\r\n";
  append_date();
  if (!response.content_type.empty()) append_own_field("Content-Type", response.content_type);
  if (!response.cache_control.empty()) append_own_field("Cache-Control", response.cache_control);
  for (const auto& [name, value] : response.headers) append_field(name, value);
  if (response.more) {
    if (framing.version >= 11) text_ += "Transfer-Encoding: chunked\r\n";
  } else if (!is_bodiless(response.status)) {
    text_ += "Content-Length: ";
    append_number(text_, response.body.size());
    text_ += "\r\n";
  }
  if (!framing.keep_alive) text_ += "Connection: close\r\n";
  if (framing.keep_alive && framing.version < 11) text_ += "Connection: keep-alive\r\n";
  text_ += "\r\n";
  return text_;
}

void ResponseHead::append_date() {
  if (const auto now = std::time(nullptr); now != date_of_) {
    date_of_ = now;
    date_ = http_date(now);
  }
  append_own_field("Date", date_);
}

void ResponseHead::append_own_field(std::string_view name, std::string_view value) {
  text_.append(name).append(": ").append(value).append("\r\n");
}

void ResponseHead::append_field(std::string_view name, std::string_view value) {
  text_ += name;
  text_ += ": ";
  const auto start = static_cast<std::ptrdiff_t>(text_.size());
  text_ += value;
  std::replace_if(text_.begin() + start, text_.end(), is_control, ' ');
  text_ += "\r\n";
}

}  // namespace tally::http
