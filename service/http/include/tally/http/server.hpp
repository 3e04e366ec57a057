#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "tally/http/handler.hpp"
#include "tally/http/server_observer.hpp"
#include "tally/http/shared_loop.hpp"

namespace tally::http {

struct Endpoint {
  std::string address = "127.0.0.1";  ///< numeric, IPv4 or IPv6 without brackets; "::" takes IPv4 clients too
  std::uint16_t port = 0;             ///< 0 lets the system choose
  bool operator==(const Endpoint&) const = default;
};

/// What one client, or all of them, may cost. Times are watched in steps of at most a quarter of a second.
struct Limits {
  std::size_t header_bytes = 16 * 1024;  ///< request line and header; also all chunk extensions, or the trailers
  std::size_t header_fields = 100;
  std::size_t body_bytes = 4 * 1024 * 1024;  ///< after decoding
  std::size_t connections = 16'000;
  /// What all connections together may hold beyond 8 KiB each: requests on their way in, answers that are not read.
  std::size_t slow_bytes = 256 * 1024 * 1024;
  std::size_t bytes_per_second_min = 4096;        ///< what a slow sender or reader has to manage after the times below
  std::chrono::milliseconds header_time{10'000};  ///< from a request's first byte to the end of its header
  std::chrono::milliseconds body_time{30'000};    ///< for a body of no length; longer ones get more
  std::chrono::milliseconds write_time{30'000};   ///< the same for an answer
  std::chrono::milliseconds idle_time{300'000};   ///< between requests
  std::chrono::milliseconds linger_time{2'000};   ///< how long a closed connection waits for its client to read
};

/// The HTTP server of all doors: HTTP/1.1 and 1.0 with keep-alive, pipelining, chunked request bodies and
/// `Expect: 100-continue`. Every thread runs its own event loop; a connection stays on one thread.
/// All members are to be called from one thread, which is none of the server's.
class Server {
 public:
  /// `threads` is at least 1. The observer outlives the server.
  Server(std::vector<Endpoint> endpoints, unsigned threads, const Limits& limits, HandlerFactory make_handler,
         Observer& observer);
  /// Stops.
  ~Server();

  /// Listens on every endpoint, makes the handlers and starts the threads. Gives the endpoints with the ports really
  /// bound, in order, or the reason why one could not be; then nothing was started. To be called once.
  std::expected<std::vector<Endpoint>, std::string> start();

  /// Accepts nothing more, closes idle connections at once and lets requests in work be answered, each with
  /// `Connection: close`. True if all connections had ended before the deadline; `stop` ends what is left.
  bool drain(std::chrono::steady_clock::time_point deadline);

  /// The loop of a server that has one only; null where there are several. After start, until stop, before which it must
  /// have been given back.
  [[nodiscard]] SharedLoop* shared_loop();

  /// Closes every connection as it is, ends the threads and destroys the handlers. Responders that are still kept
  /// somewhere send nothing from here on. May be repeated.
  void stop();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace tally::http
