#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "connection_count.hpp"
#include "tally/http/server.hpp"

namespace tally::http {

class EventLoop;
using EventLoops = std::vector<std::unique_ptr<EventLoop>>;

/// Accepts the connections of one endpoint on the first loop's thread and deals them out to all loops in turn.
class Listener {
 public:
  Listener(EventLoops& loops, ConnectionCount& count, Observer& observer);

  /// The reason if the endpoint cannot be listened on, else empty.
  std::string open(const Endpoint& endpoint);
  [[nodiscard]] Endpoint bound() const;
  /// From here on only the first loop's thread may touch it.
  void start() { accept(); }
  void close();

 private:
  void accept();
  void accepted(const boost::system::error_code& error, boost::asio::ip::tcp::socket socket, EventLoop& loop);
  void welcome(boost::asio::ip::tcp::socket socket, EventLoop& loop);
  void accept_later();

  EventLoops& loops_;
  ConnectionCount& count_;
  Observer& observer_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint peer_;
  boost::asio::steady_timer pause_;
  std::size_t turn_ = 0;
};

}  // namespace tally::http
