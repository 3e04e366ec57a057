#include "http_raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace tally::http::test {

namespace {

void check(bool good, const char* what) {
  if (!good) throw std::system_error(errno, std::generic_category(), what);
}

void connect_to(int socket, const char* address, std::uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  check(inet_pton(AF_INET, address, &v4.sin_addr) == 1, "address");
  check(connect(socket, reinterpret_cast<sockaddr*>(&v4), sizeof v4) == 0, "connect");
}

}  // namespace

RawClient::RawClient(std::uint16_t port, const char* address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  check(socket_ >= 0, "socket");
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int yes = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  try {
    connect_to(socket_, address, port);
  } catch (...) {
    ::close(socket_);
    throw;
  }
}

RawClient::~RawClient() { ::close(socket_); }

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    check(count > 0, "send");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawClient::try_send(std::string_view bytes) {
  try {
    send(bytes);
  } catch (const std::system_error&) {
    return;
  }
}

void RawClient::end_sending() { check(::shutdown(socket_, SHUT_WR) == 0, "shutdown"); }

bool RawClient::receive() {
  std::array<char, 65536> bytes{};
  const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  check(count >= 0, "recv");
  received_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

RawAnswer RawClient::read_answer(bool has_body) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == received_.npos) {
    if (!receive()) throw std::runtime_error("the end came before the answer: " + received_);
  }
  RawAnswer answer{.status = 0, .head = received_.substr(0, end + 2), .headers = {}, .body = {}};
  answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
  for (auto line = answer.head.find("\r\n") + 2; line < answer.head.size();) {
    const auto colon = answer.head.find(": ", line);
    const auto line_end = answer.head.find("\r\n", line);
    answer.headers[answer.head.substr(line, colon - line)] = answer.head.substr(colon + 2, line_end - colon - 2);
    line = line_end + 2;
  }
  received_.erase(0, end + 4);
  const auto length = answer.headers.find("Content-Length");
  if (!has_body || length == answer.headers.end()) return answer;
  const auto bytes = std::stoul(length->second);
  while (received_.size() < bytes) {
    if (!receive()) throw std::runtime_error("the end came within the answer's body");
  }
  answer.body = received_.substr(0, bytes);
  received_.erase(0, bytes);
  return answer;
}

std::string RawClient::read_to_end() {
  while (receive()) {
  }
  return std::exchange(received_, {});
}

}  // namespace tally::http::test
