#pragma once

#include <chrono>
#include <functional>
#include <pqxx/connection_base>
#include <stop_token>
#include <thread>

namespace tally::postgres {

/// How long libpqxx may wait for a server that has gone silent and yet is there for the network: frozen, or behind
/// something that takes everything and passes nothing on. libpqxx itself would wait without end.
///
/// When one lives longer than its limit, or a stop is asked for, the connection is shut down under whoever waits on it,
/// who then meets a lost connection. Must not outlive the connection. The thread that waits is the one that makes and destroys it.
class Patience {
 public:
  Patience(const pqxx::connection_base& connection, std::chrono::milliseconds limit, std::stop_token stop_all = {});
  ~Patience();
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  int socket_;  ///< a second descriptor: libpqxx may close its own, and the number become another's
  std::jthread thread_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace tally::postgres
