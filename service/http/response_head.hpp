#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "tally/http/response.hpp"

namespace tally::http {

/// Whether answers of this status have neither body nor Content-Length.
constexpr bool is_bodiless(unsigned status) { return status == 204 || status == 304; }

/// Writes what stands before an answer's body, into memory that is used again for the next. One object a thread.
class ResponseHead {
 public:
  struct Framing {
    unsigned version = 11;
    bool keep_alive = true;
  };

  /// Valid until the next call.
  std::string_view write(const Response& response, Framing framing);

 private:
  void append_date();
  void append_own_field(std::string_view name, std::string_view value);
  /// Of a value that may come from a client.
  void append_field(std::string_view name, std::string_view value);

  std::string text_;
  std::string date_;
  std::time_t date_of_ = -1;
};

}  // namespace tally::http
