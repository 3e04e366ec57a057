#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::http {

/// A piece of a body that is sent while the rest is being made.
struct BodyPart {
  std::string bytes;
  bool is_last = false;
};

/// Takes the part that was asked for, on the handler's thread; nothing ends the connection, so that the client sees
/// that the body is not whole. Safe after the client or even the server has gone.
using PartTaker = std::function<void(std::optional<BodyPart>&&)>;

/// Called on the handler's thread each time that the client has taken what there was. It takes the next part to the
/// taker, by a later task of the thread, and in bounded time, since no time limit of the server runs meanwhile.
/// Destroyed when it is not needed any more.
using PartSource = std::function<void(PartTaker)>;

/// What a handler answers. Date, Content-Length and Connection are the server's: it adds them and they are not to be
/// among `headers`. A HEAD request is answered like a GET; the server leaves the body out and keeps its length.
struct Response {
  unsigned status = 200;
  std::string_view content_type;   ///< static storage; empty sends no such header
  std::string_view cache_control;  ///< the same
  /// Names have static storage. Control characters in a value are sent as spaces: no value can start a new line.
  std::vector<std::pair<std::string_view, std::string>> headers;
  std::string body;        ///< not sent with 204 and 304
  PartSource more;         ///< where the body goes on behind `body`; its length is then not told (chunked)
  std::string_view label;  ///< static storage; what the access log calls this operation
  bool close = false;      ///< close the connection after this answer
};

/// Where an answer goes: a connection, or a test that wants to look at it.
class Recipient {
 public:
  virtual ~Recipient() = default;
  virtual void answer(Response&&) = 0;
  /// Nobody is going to answer; called instead of `answer`.
  virtual void abandon() noexcept = 0;
};

/// The right and the duty to answer one request, once. To be used, and destroyed, on the thread of its handler; it may
/// be carried across other threads in between. Safe after the client or even the server has gone: then nothing is sent.
/// Destroyed unused it answers 500, so that no client waits for ever.
class Responder {
 public:
  explicit Responder(std::shared_ptr<Recipient> recipient) : recipient_(std::move(recipient)) {}
  ~Responder() { give_up(); }
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept {
    if (this != &other) {
      give_up();
      recipient_ = std::move(other.recipient_);
    }
    return *this;
  }

  /// The request's views end here. May call back into the handler at once, with the client's next request. A second
  /// call does nothing.
  void send(Response&& response) {
    if (const auto recipient = std::exchange(recipient_, nullptr)) recipient->answer(std::move(response));
  }

 private:
  void give_up() noexcept {
    if (const auto recipient = std::exchange(recipient_, nullptr)) recipient->abandon();
  }

  std::shared_ptr<Recipient> recipient_;
};

}  // namespace tally::http
