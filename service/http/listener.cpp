#include "listener.hpp"

#include "event_loop.hpp"

namespace tally::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

// Without descriptors or memory the next attempt fails as well, until some connection ends.
constexpr auto pause_after_failure = 100ms;

std::string numeric(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

Listener::Listener(EventLoops& loops, ConnectionCount& count, Observer& observer)
    : loops_(loops),
      count_(count),
      observer_(observer),
      acceptor_(loops.front()->context()),
      pause_(loops.front()->context()) {}

std::string Listener::open(const Endpoint& endpoint) {
  error_code error;
  const auto address = asio::ip::make_address(endpoint.address, error);
  if (error) return "'" + endpoint.address + "' is not a numeric address";
  const tcp::endpoint local(address, endpoint.port);
  acceptor_.open(local.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(local, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  return "cannot listen on " + endpoint.address + " port " + std::to_string(endpoint.port) + ": " + error.message();
}

Endpoint Listener::bound() const {
  const auto local = acceptor_.local_endpoint();
  return {local.address().to_string(), local.port()};
}

void Listener::close() {
  error_code error;
  acceptor_.close(error);
  pause_.cancel();
}

void Listener::accept() {
  auto& loop = *loops_[turn_++ % loops_.size()];
  acceptor_.async_accept(loop.context(), peer_, [this, &loop](const error_code& error, tcp::socket socket) {
    accepted(error, std::move(socket), loop);
  });
}

void Listener::accepted(const error_code& error, tcp::socket socket, EventLoop& loop) {
  if (!acceptor_.is_open()) return;
  if (!error) welcome(std::move(socket), loop);
  if (!error || error == asio::error::connection_aborted) return accept();
  observer_.accept_failed(error.message());
  accept_later();
}

void Listener::welcome(tcp::socket socket, EventLoop& loop) {
  auto peer_address = numeric(peer_.address());
  const auto admission = count_.open();
  if (admission != Admission::served) observer_.connection_refused(peer_address);
  if (admission == Admission::turned_away) return;
  loop.adopt({.socket = std::move(socket), .peer_address = std::move(peer_address), .admission = admission});
}

void Listener::accept_later() {
  pause_.expires_after(pause_after_failure);
  pause_.async_wait([this](const error_code& error) {
    if (!error && acceptor_.is_open()) accept();
  });
}

}  // namespace tally::http
