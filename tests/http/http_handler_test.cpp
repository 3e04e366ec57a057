#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <set>
#include <thread>

#include "http_server_fixture.hpp"

namespace tally::http::test {

using namespace std::chrono_literals;

namespace {

const std::string get = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace

TEST_CASE("a handler may answer later, in any order among connections", "[http]") {
  Waiting waiting;
  RunningServer running([&](const Request& request, Responder responder, IoThread& thread) {
    if (request.path == "/wait") return waiting.keep(std::move(responder), thread);
    echo(request, std::move(responder), thread);
  });
  auto slow = running.client();
  slow.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n" + get);
  waiting.wait_for(1);
  auto quick = running.client();
  quick.send(get);
  CHECK(quick.read_answer().status == 200);
  waiting.answer_all("at last");
  CHECK(slow.read_answer().body == "at last");
  CHECK(slow.read_answer().status == 200);
}

TEST_CASE("a request's views stay valid until its Responder is used", "[http]") {
  struct Kept {
    const Request* request;
    Responder responder;
  };
  std::optional<Kept> kept;
  RunningServer running([&](const Request& request, Responder responder, IoThread& thread) {
    kept.emplace(&request, std::move(responder));
    thread.post([&] {
      auto [kept_request, kept_responder] = std::exchange(kept, std::nullopt).value();
      const auto body = std::string(kept_request->body) + std::string(kept_request->header("X-Word").value_or(""));
      kept_responder.send(text_response(body));
    });
  });
  auto client = running.client();
  const std::string body(10'000, 'b');
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nX-Word: word\r\nContent-Length: 10000\r\n\r\n" + body + get);
  CHECK(client.read_answer().body == body + "word");
  CHECK(client.read_answer().body.empty());
}

TEST_CASE("a Responder that nobody uses answers 500, and the connection goes on", "[http]") {
  Waiting waiting;
  RunningServer running([](const Request& request, Responder responder, IoThread& thread) {
    if (request.path == "/dropped") return;
    if (request.path == "/dropped-later") return thread.post([dropped = std::move(responder)] {});
    echo(request, std::move(responder), thread);
  });
  auto client = running.client();
  const std::string path = GENERATE("/dropped", "/dropped-later");
  client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n" + get);
  const auto answer = client.read_answer();
  CHECK(answer.status == 500);
  CHECK(answer.body == "refused 500 at '" + path + "'");
  CHECK(client.read_answer().status == 200);
}

TEST_CASE("a Responder sends one answer only", "[http]") {
  RunningServer running([](const Request&, Responder responder, IoThread&) {
    responder.send(text_response("first"));
    responder.send(text_response("second"));
  });
  auto client = running.client();
  client.send(get + get);
  CHECK(client.read_answer().body == "first");
  CHECK(client.read_answer().body == "first");
}

TEST_CASE("an exception of a handler is reported and answered 500", "[http]") {
  RunningServer running([](const Request& request, Responder responder, IoThread& thread) {
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    if (request.path == "/throw-after") echo(request, std::move(responder), thread);
    if (request.path == "/throw-after") throw 5;
    thread.post([] { throw std::runtime_error("in a task"); });
    echo(request, std::move(responder), thread);
  });
  auto client = running.client();
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(client.read_answer().status == 500);
  client.send("GET /throw-after HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(client.read_answer().status == 200);
  client.send(get);
  CHECK(client.read_answer().status == 200);
  CHECK(running.observer().handler_failures(3) ==
        std::vector<std::string>{"on purpose", "an exception of unknown type", "in a task"});
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(client.read_answer().status == 500);
}

TEST_CASE("an answer to a client that has gone goes nowhere", "[http]") {
  Waiting waiting;
  RunningServer running(
      [&](const Request&, Responder responder, IoThread& thread) { waiting.keep(std::move(responder), thread); });
  {
    auto client = running.client();
    client.send(get + get);
    waiting.wait_for(1);
  }
  // More than the system takes on behalf of a client that has closed.
  waiting.answer_all(std::string(10'000'000, 'x'));
  const auto finished = running.observer().finished(1);
  REQUIRE_FALSE(finished.empty());
  CHECK_FALSE(finished[0].delivered);
}

TEST_CASE("a Responder may outlive the server", "[http]") {
  std::optional<Responder> kept;
  {
    Waiting waiting;
    std::promise<void> handled;
    RunningServer running([&](const Request&, Responder responder, IoThread&) {
      kept.emplace(std::move(responder));
      handled.set_value();
    });
    auto client = running.client();
    client.send(get);
    handled.get_future().wait();
    running.server().stop();
    CHECK_THROWS(client.read_answer());
  }
  kept->send(text_response("too late"));
}

TEST_CASE("posted tasks run in order on the thread of the handler", "[http]") {
  constexpr int tasks = 1000;
  std::promise<std::vector<int>> result;
  std::atomic<IoThread*> io_thread = nullptr;
  std::thread::id handler_thread;
  RunningServer running([&](const Request& request, Responder responder, IoThread& thread) {
    handler_thread = std::this_thread::get_id();
    io_thread = &thread;
    echo(request, std::move(responder), thread);
  });
  auto client = running.client();
  client.send(get);
  client.read_answer();
  running.observer().finished(1);

  std::vector<int> order;
  for (int task = 0; task < tasks; ++task) {
    io_thread.load()->post([&, task] {
      if (std::this_thread::get_id() == handler_thread) order.push_back(task);
      if (task == tasks - 1) result.set_value(order);
    });
  }
  const auto got = result.get_future().get();
  REQUIRE(got.size() == tasks);
  CHECK(std::ranges::is_sorted(got));
}

TEST_CASE("what is asked for at the end of a round runs after all that was ready", "[http]") {
  std::promise<std::vector<std::string>> result;
  std::vector<std::string> order;
  RunningServer running([&](const Request& request, Responder responder, IoThread& thread) {
    thread.post([&] {
      order.emplace_back("first ready");
      thread.at_round_end([&] {
        order.emplace_back("end");
        thread.at_round_end([&] { result.set_value(order); });
      });
    });
    thread.post([&] { order.emplace_back("second ready"); });
    echo(request, std::move(responder), thread);
  });
  auto client = running.client();
  client.send(get);
  client.read_answer();
  CHECK(result.get_future().get() == std::vector<std::string>{"first ready", "second ready", "end"});
}

TEST_CASE("connections are dealt out to all threads, and each stays on its own", "[http]") {
  RunningServer running(
      [](const Request& request, Responder responder, IoThread&) {
        std::ostringstream text;
        text << std::this_thread::get_id() << ' ' << request.id;
        responder.send(text_response(text.str()));
      },
      {}, 3);
  std::set<std::string> threads;
  std::set<std::string> ids;
  for (int connection = 0; connection < 6; ++connection) {
    auto client = running.client();
    std::set<std::string> own;
    for (int round = 0; round < 3; ++round) {
      client.send(get);
      const auto body = client.read_answer().body;
      own.insert(body.substr(0, body.find(' ')));
      ids.insert(body.substr(body.find(' ')));
    }
    CHECK(own.size() == 1);
    threads.merge(own);
  }
  CHECK(threads.size() == 3);
  CHECK(ids.size() == 18);
}

TEST_CASE("many clients on many threads are all served", "[http]") {
  RunningServer running(
      [](const Request& request, Responder responder, IoThread& thread) {
        auto answer = [body = std::string(request.body), later = std::move(responder)]() mutable {
          later.send(text_response(std::move(body)));
        };
        thread.at_round_end(std::move(answer));
      },
      {}, 2);
  std::vector<std::future<int>> clients;
  for (int number = 0; number < 8; ++number) {
    clients.push_back(std::async(std::launch::async, [&running, number] {
      int good = 0;
      auto client = running.client();
      for (int round = 0; round < 200; ++round) {
        const auto body = std::to_string(number * 1000 + round);
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        good += client.read_answer().body == body ? 1 : 0;
      }
      return good;
    }));
  }
  for (auto& client : clients) CHECK(client.get() == 200);
}

}  // namespace tally::http::test
