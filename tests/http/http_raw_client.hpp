#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tally::http::test {

struct RawAnswer {
  unsigned status = 0;
  std::string head;                            ///< status line and header lines as received
  std::map<std::string, std::string> headers;  ///< names as received
  std::string body;
};

/// A client that sends exactly the bytes it is given. Reading throws after ten seconds without a byte, so that a broken
/// promise fails a test instead of hanging it.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* address = "127.0.0.1");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes);
  /// For what the server may cut off: stops at the first error.
  void try_send(std::string_view bytes);
  void end_sending();

  /// The next answer; its body is taken to have the announced length, or none if `has_body` is false.
  RawAnswer read_answer(bool has_body = true);
  /// All that comes until the server closes.
  std::string read_to_end();
  /// Whether nothing but the end came. A reset is not an end: it throws.
  bool ended() { return read_to_end().empty(); }

 private:
  bool receive();

  int socket_;
  std::string received_;
};

}  // namespace tally::http::test
