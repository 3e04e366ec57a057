#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http_raw_client.hpp"
#include "tally/http/server.hpp"

namespace tally::http::test {

struct RecordedAccess {
  std::string method;
  std::string path;
  std::string peer_address;
  std::string label;
  unsigned status = 0;
  std::size_t request_body_bytes = 0;
  bool delivered = false;
};

/// Keeps what the server reports, and lets a test wait for it.
class RecordingObserver final : public Observer {
 public:
  void request_finished(const Access& access) noexcept override;
  void connection_refused(std::string_view peer_address) noexcept override;
  void accept_failed(std::string_view reason) noexcept override;
  void handler_failed(std::string_view reason) noexcept override;

  /// Wait, ten seconds at most, until so many were reported; give them.
  std::vector<RecordedAccess> finished(std::size_t count);
  std::vector<std::string> refused(std::size_t count) { return wait(refused_, count); }
  std::vector<std::string> accept_failures(std::size_t count) { return wait(accept_failures_, count); }
  std::vector<std::string> handler_failures(std::size_t count) { return wait(handler_failures_, count); }

 private:
  template<class Reports>
  Reports wait(const Reports& reports, std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return reports.size() >= count; });
    return reports;
  }
  template<class Reports, class Report>
  void record(Reports& reports, Report&& report) {
    const std::scoped_lock lock(mutex_);
    reports.push_back(std::forward<Report>(report));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RecordedAccess> finished_;
  std::vector<std::string> refused_;
  std::vector<std::string> accept_failures_;
  std::vector<std::string> handler_failures_;
};

using Script = std::function<void(const Request&, Responder, IoThread&)>;

/// Answers 200 with this body.
Response text_response(std::string body);
/// Answers with what it understood, one `name=value` a line, so that a raw client can look at it.
void echo(const Request& request, Responder responder, IoThread& thread);

/// A server on a loopback port of the system's choice whose handlers run a script.
class RunningServer {
 public:
  explicit RunningServer(Script script = echo, const Limits& limits = {}, unsigned threads = 1);

  [[nodiscard]] RawClient client() const { return RawClient(port_); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  RecordingObserver& observer() { return observer_; }
  Server& server() { return server_; }

 private:
  RecordingObserver observer_;
  Server server_;
  std::uint16_t port_ = 0;
};

/// What the echo says about one name; empty if nothing.
std::string echoed(const RawAnswer& answer, const std::string& name);

/// Responders that a script has put aside. Filled and emptied on the I/O thread; a test may wait for them.
class Waiting {
 public:
  void keep(Responder responder, IoThread& thread);
  /// Waits until so many requests wait.
  void wait_for(std::size_t count);
  /// Answers all of them on their threads.
  void answer_all(const std::string& body);

 private:
  struct Kept {
    Responder responder;
    IoThread* thread;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Kept> kept_;
};

}  // namespace tally::http::test
