#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "http_server_fixture.hpp"

namespace tally::http::test {
namespace {

const std::string get = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";

/// "begin." and then so many parts of this size, each posted to the thread like one that comes from elsewhere.
Script in_parts(int count, std::size_t size) {
  return [=](const Request& request, Responder responder, IoThread& thread) {
    if (request.path == "/whole") return responder.send(text_response("whole"));
    auto response = text_response("begin.");
    response.more = [&thread, left = std::make_shared<int>(count), size](PartTaker take) {
      thread.post([=] { take(BodyPart{std::string(size, 'x'), --*left == 0}); });
    };
    responder.send(std::move(response));
  };
}

}  // namespace

TEST_CASE("a body in parts goes out in chunks and the connection is used again", "[http]") {
  RunningServer running{in_parts(2, 3)};
  auto client = running.client();
  client.send(get + "GET /whole HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto all = client.read_to_end();
  CHECK(all.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(all.find("\r\n\r\n6\r\nbegin.\r\n3\r\nxxx\r\n3\r\nxxx\r\n0\r\n\r\nHTTP/1.1 200") != std::string::npos);
  CHECK(all.ends_with("whole"));
  CHECK(all.find("Content-Length") > all.find("0\r\n\r\nHTTP/1.1 200"));
}

TEST_CASE("a 1.0 client has a body in parts as it is, up to the end of the connection", "[http]") {
  RunningServer running{in_parts(2, 3)};
  auto client = running.client();
  client.send("GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto all = client.read_to_end();
  CHECK(all.find("Transfer-Encoding") == std::string::npos);
  CHECK(all.find("Connection: close\r\n") != std::string::npos);
  CHECK(all.ends_with("\r\n\r\nbegin.xxxxxx"));
}

TEST_CASE("a HEAD request asks for no parts", "[http]") {
  RunningServer running{in_parts(1, 3)};
  auto client = running.client();
  client.send("HEAD /p HTTP/1.1\r\nHost: h\r\n\r\nGET /whole HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto all = client.read_to_end();
  CHECK(all.find("begin") == std::string::npos);
  CHECK(all.ends_with("whole"));
}

TEST_CASE("parts are asked for only as the client takes them, and all arrive", "[http]") {
  constexpr int count = 64;
  constexpr std::size_t size = 1024 * 1024;
  std::atomic<int> asked_by_slow{0};
  RunningServer running{[&](const Request& request, Responder responder, IoThread& thread) {
    auto response = text_response("");
    response.more = [&, is_slow = request.path == "/slow", number = std::make_shared<int>(0)](PartTaker take) {
      if (is_slow) ++asked_by_slow;
      thread.post([=] { take(BodyPart{std::string(size, 'x'), ++*number == count}); });
    };
    responder.send(std::move(response));
  }};
  auto slow = running.client();
  slow.send("GET /slow HTTP/1.0\r\n\r\n");
  auto other = running.client();
  other.send("GET /p HTTP/1.0\r\n\r\n");
  CHECK(other.read_to_end().size() > count * size);
  CHECK(asked_by_slow < count);
  CHECK(slow.read_to_end().size() > count * size);
}

TEST_CASE("a body that can't be made to its end ends the connection without a last chunk", "[http]") {
  RunningServer running{[](const Request&, Responder responder, IoThread& thread) {
    auto response = text_response("begin.");
    response.more = [&thread](PartTaker take) { thread.post([=] { take(std::nullopt); }); };
    responder.send(std::move(response));
  }};
  auto client = running.client();
  client.send(get);
  CHECK(client.read_to_end().ends_with("6\r\nbegin.\r\n"));
  CHECK_FALSE(running.observer().finished(1).at(0).delivered);
}

TEST_CASE("a client that goes while a part is being made is no harm", "[http]") {
  auto kept = std::make_shared<PartTaker>();
  std::promise<IoThread*> asked;
  RunningServer running{[&](const Request&, Responder responder, IoThread& thread) {
    auto response = text_response("begin.");
    response.more = [&, kept](PartTaker take) {
      *kept = std::move(take);
      asked.set_value(&thread);
    };
    responder.send(std::move(response));
  }};
  IoThread* thread = nullptr;
  {
    auto client = running.client();
    client.send(get);
    thread = asked.get_future().get();
  }
  thread->post([kept] { std::exchange(*kept, nullptr)(BodyPart{"late", true}); });
  CHECK(running.observer().finished(1).size() == 1);
}

}  // namespace tally::http::test
