#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "event_loop.hpp"
#include "incoming.hpp"
#include "read_memory.hpp"
#include "tally/http/request.hpp"
#include "tally/http/response.hpp"

namespace tally::http {

/// One client: reads a request, has it answered, writes the answer, and so on. It lives on the thread of its loop, and
/// as long as the loop, a pending operation or a Responder holds it; the last may be after the loop has gone, so once
/// closed it touches neither loop nor socket.
class Connection final : public Recipient, public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(EventLoop& loop, Arrival arrival);

  /// Place is where the loop keeps it, for the loop's own use.
  void start(std::size_t place);
  [[nodiscard]] std::size_t place() const { return place_; }
  [[nodiscard]] Admission admission() const { return admission_; }
  void set_place(std::size_t place) { place_ = place; }

  [[nodiscard]] bool is_late(Clock::time_point now) const { return now >= deadline_; }
  /// What a missed deadline means: 408 for a request that was begun, else just the end.
  void end_late();
  /// Whether nothing of a request has been sent, not even bytes that wait in the system.
  [[nodiscard]] bool is_idle() const;
  void close();

  void answer(Response&& response) override;
  void abandon() noexcept override;

 private:
  enum class State : std::uint8_t { reading, handling, writing, awaiting_part, lingering, closed };

  void read();
  void received(const boost::system::error_code& error, std::size_t count);
  void take(std::size_t count);
  void advance();
  bool advance_once();
  bool await_more();
  void send_continue();
  void handle();
  void refuse(unsigned status);

  void transmit_refusal(unsigned status);
  void transmit(Response&& response);
  void send(std::string_view head, std::string&& body);
  void sent();
  void await_part();
  void take_part(std::optional<BodyPart>&& part);
  void frame_part(BodyPart& part) const;
  std::optional<std::size_t> write_now(std::string_view head, std::string_view body);
  void begin_rest(std::string_view head, std::string&& body, std::size_t already_written);
  void write_rest();
  void written(const boost::system::error_code& error, std::size_t count);
  void finish(bool delivered);
  void linger();
  void discard(std::size_t count);
  void report(bool delivered, Clock::time_point now);
  [[nodiscard]] Clock::duration extra_time(std::size_t bytes) const;

  EventLoop& loop_;
  std::optional<boost::asio::ip::tcp::socket> socket_;
  const std::string peer_address_;
  const Admission admission_;
  State state_ = State::reading;
  bool advancing_ = false;
  bool read_pending_ = false;
  bool close_after_answer_ = false;
  std::size_t place_ = 0;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point body_begun_at_;
  Incoming incoming_;
  MemoryShare memory_;
  ReadMemory read_memory_;
  Request request_;

  // The answer being written.
  std::string rest_;  ///< what the socket did not take at once
  std::size_t rest_written_ = 0;
  Clock::time_point write_begun_at_;
  std::string_view label_;
  unsigned status_ = 0;
  std::size_t response_bytes_ = 0;
  PartSource more_;  ///< where the body goes on
  std::size_t lingered_bytes_ = 0;
};

}  // namespace tally::http
