#include <catch2/catch.hpp>
#include <future>

#include "http_server_fixture.hpp"

namespace tally::http::test {

using namespace std::chrono_literals;

namespace {

const std::string get = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";

std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + 10s; }

}  // namespace

TEST_CASE("draining closes idle connections, answers requests in work, and accepts nothing more", "[http]") {
  Waiting waiting;
  RunningServer running(
      [&](const Request& request, Responder responder, IoThread& thread) {
        if (request.path == "/wait") return waiting.keep(std::move(responder), thread);
        echo(request, std::move(responder), thread);
      },
      {}, 2);
  auto idle = running.client();
  auto used = running.client();
  used.send(get);
  CHECK(used.read_answer().status == 200);
  auto begun = running.client();
  begun.send("GET /begun HTTP/1.1\r\n");
  auto busy = running.client();
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  waiting.wait_for(1);

  auto drained = std::async(std::launch::async, [&] { return running.server().drain(soon()); });
  CHECK(idle.ended());
  CHECK(used.ended());
  CHECK_THROWS(running.client());
  begun.send("Host: h\r\n\r\n");
  const auto last = begun.read_answer();
  CHECK(last.status == 200);
  CHECK(last.headers.at("Connection") == "close");
  CHECK(begun.ended());
  waiting.answer_all("done");
  const auto answer = busy.read_answer();
  CHECK(answer.body == "done");
  CHECK(answer.headers.at("Connection") == "close");
  CHECK(busy.ended());
  begun.end_sending();
  busy.end_sending();
  CHECK(drained.get());
}

TEST_CASE("draining gives up at its deadline, and stop closes what is left", "[http]") {
  Waiting waiting;
  RunningServer running(
      [&](const Request&, Responder responder, IoThread& thread) { waiting.keep(std::move(responder), thread); });
  auto client = running.client();
  client.send(get);
  waiting.wait_for(1);
  CHECK_FALSE(running.server().drain(std::chrono::steady_clock::now() + 20ms));
  running.server().stop();
  CHECK(client.ended());
  waiting.answer_all("nobody listens");
}

TEST_CASE("a server without connections drains at once, and may be stopped twice", "[http]") {
  RunningServer running;
  CHECK(running.server().drain(soon()));
  running.server().stop();
  running.server().stop();
}

TEST_CASE("a server that was never started stops", "[http]") {
  RecordingObserver observer;
  Server server(
      {Endpoint{}}, 2, {}, [](IoThread&) { return std::unique_ptr<Handler>(); }, observer);
  CHECK(server.drain(soon()));
  server.stop();
}

}  // namespace tally::http::test
