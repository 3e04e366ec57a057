#include "patience.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace tally::postgres {

Patience::Patience(const pqxx::connection_base& connection, std::chrono::milliseconds limit, std::stop_token stop_all)
    : socket_{dup(connection.sock())}, thread_{[socket = socket_, limit](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock{mutex};
        ended.wait_for(lock, stop, limit, [] { return false; });
        if (!stop.stop_requested()) shutdown(socket, SHUT_RDWR);
      }},
      on_stop_{std::move(stop_all), [socket = socket_] { shutdown(socket, SHUT_RDWR); }} {}

Patience::~Patience() {
  thread_.request_stop();
  thread_.join();
  if (socket_ >= 0) close(socket_);
}

}  // namespace tally::postgres
