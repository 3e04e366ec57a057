#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tally::http {

/// One answered request, as an access log wants it. Views are valid during the call only.
struct Access {
  std::uint64_t request_id = 0;
  std::string_view method;  ///< as sent; empty, like `path`, if the request could not be read so far
  std::string_view path;
  std::string_view peer_address;
  std::string_view label;  ///< the response's
  unsigned status = 0;
  std::size_t request_body_bytes = 0;
  std::size_t response_bytes = 0;        ///< header and body, as far as the client's socket took them
  bool delivered = false;                ///< false: the client had gone, or did not read in time
  std::chrono::nanoseconds duration{0};  ///< from the request's first byte to the answer's last
};

/// Told what the server does, which itself logs and counts nothing. Called on all of the server's threads at the same
/// time: implementations are thread-safe and quick.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void request_finished(const Access& access) noexcept = 0;
  /// A connection over the limit; its first request is answered 503, or it is closed at once if too many such wait.
  virtual void connection_refused(std::string_view peer_address) noexcept = 0;
  /// No connection could be accepted, most often for want of file descriptors; the server tries again by itself.
  virtual void accept_failed(std::string_view reason) noexcept = 0;
  /// An exception left a handler or a posted task. The server goes on.
  virtual void handler_failed(std::string_view reason) noexcept = 0;
};

}  // namespace tally::http
