#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "tally/http/request.hpp"
#include "tally/http/response.hpp"

namespace tally::http {

/// One of the server's threads, which a handler lives on. It exists as long as the Server.
class IoThread {
 public:
  virtual ~IoThread() = default;

  /// Runs the task on this thread, soon and in the order of posting. Thread-safe. A task posted to a server that has
  /// stopped is dropped, with all that it holds, when the server is destroyed.
  virtual void post(std::move_only_function<void()> task) = 0;

  /// Runs the task once, after all that this thread has ready to do now, so that what several requests ask for can be
  /// handed on together. To be called on this thread; whoever needs one flush a round calls once a round.
  virtual void at_round_end(std::move_only_function<void()> task) = 0;
};

/// Answers requests. There is one object a thread and it is called on that thread only, so it needs no locks; it is
/// made and destroyed by the thread that starts and stops the server. An exception that leaves `handle` is reported to
/// the observer, and answered with 500 if the Responder was not used.
class Handler {
 public:
  virtual ~Handler() = default;

  /// May answer at once, or keep the Responder and answer later from the same thread.
  virtual void handle(const Request& request, Responder responder) = 0;

  /// The answer for what the server itself decides: 400 malformed, 408 too slow, 413 body too long, 417 unknown
  /// expectation, 431 header too long, 500 abandoned by the handler, 501 unknown transfer coding, 503 too many
  /// connections. The path is empty if it could not be read. The status that the server named is what is sent.
  virtual Response refuse(unsigned status, std::string_view path) = 0;
};

using HandlerFactory = std::function<std::unique_ptr<Handler>(IoThread&)>;

}  // namespace tally::http
