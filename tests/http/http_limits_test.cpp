#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "http_server_fixture.hpp"

namespace tally::http::test {

using namespace std::chrono_literals;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string chunked_post = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string get_of_size(std::size_t bytes) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
}

Limits small() {
  Limits limits;
  limits.header_bytes = 1000;
  limits.body_bytes = 100;
  return limits;
}

/// No file descriptor is left for the process while this lives.
class DescriptorFamine {
 public:
  DescriptorFamine() {
    getrlimit(RLIMIT_NOFILE, &usual_);
    const int probe = ::dup(0);
    ::close(probe);
    auto scarce = usual_;
    scarce.rlim_cur = static_cast<rlim_t>(probe) + 8;
    setrlimit(RLIMIT_NOFILE, &scarce);
    for (int taken = ::dup(0); taken >= 0; taken = ::dup(0)) taken_.push_back(taken);
  }
  ~DescriptorFamine() {
    setrlimit(RLIMIT_NOFILE, &usual_);
    for (const int taken : taken_) ::close(taken);
  }
  void spare_one() {
    ::close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit usual_{};
  std::vector<int> taken_;
};

}  // namespace

TEST_CASE("a header may be as long as its limit and no longer", "[http]") {
  RunningServer running(echo, small());
  auto client = running.client();
  client.send(get_of_size(1000));
  CHECK(client.read_answer().status == 200);
  client.send(get_of_size(1001));
  CHECK(client.read_answer().status == 431);
  CHECK(client.ended());
}

TEST_CASE("a header without end is refused at its limit", "[http]") {
  const auto start = GENERATE(values<std::string>({"GET /", "GET / HTTP/1.1\r\nX: ", "G"}));
  RunningServer running(echo, small());
  auto client = running.client();
  client.send(start + std::string(1000, 'x'));
  CHECK(client.read_answer().status == 431);
  CHECK(client.ended());
}

TEST_CASE("who asks for a target without end is refused by whom they ask", "[http]") {
  RunningServer running(echo, small());
  auto client = running.client();
  client.send("GET /p?" + std::string(1000, 'x'));
  CHECK(client.read_answer().body == "refused 431 at '/p'");
}

TEST_CASE("a header has so many lines at most", "[http]") {
  RunningServer running;
  auto client = running.client();
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int line = 1; line < 100; ++line) request += "X: y\r\n";
  client.send(request + "\r\n");
  CHECK(echoed(client.read_answer(), "fields") == "100");
  client.send(request + "X: y\r\n\r\n");
  CHECK(client.read_answer().status == 431);
}

TEST_CASE("a body may be as long as its limit and no longer", "[http]") {
  RunningServer running(echo, small());
  const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\n";
  auto client = running.client();
  client.send(head + "Content-Length: 100\r\n\r\n" + std::string(100, 'x'));
  CHECK(client.read_answer().status == 200);
  client.send(chunked_post + "32\r\n" + std::string(50, 'x') + "\r\n32\r\n" + std::string(50, 'x') + "\r\n0\r\n\r\n");
  CHECK(client.read_answer().status == 200);

  SECTION("a length over it is refused before anything is sent") {
    client.send(head + "Content-Length: 101\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_answer().body == "refused 413 at '/p'");
  }
  SECTION("chunks that go over it are refused when they do") {
    client.send(chunked_post + "32\r\n" + std::string(50, 'x') + "\r\n33\r\n");
    CHECK(client.read_answer().body == "refused 413 at '/p'");
  }
  CHECK(client.ended());
}

TEST_CASE("what stands around chunks is limited like a header", "[http]") {
  const auto excess = GENERATE(values<std::string>({
      "1;" + std::string(5000, 'e'),
      "0\r\nX: " + std::string(5000, 't'),
      "1;" + std::string(600, 'e') + "\r\nx\r\n1;" + std::string(600, 'e') + "\r\nx\r\n",
  }));
  RunningServer running(echo, small());
  auto client = running.client();
  client.send(chunked_post + excess);
  CHECK(client.read_answer().status == 431);
  CHECK(client.ended());
}

TEST_CASE("a client that begins a request and does not go on is told so", "[http]") {
  Limits limits;
  limits.header_time = 50ms;
  limits.body_time = 50ms;
  struct Row {
    std::string input, path;
  };
  const auto row = GENERATE(values<Row>({
      {"G", ""},
      {"GET /p", "/p"},
      {"GET /p?q", "/p"},
      {"GET p ", ""},
      {"GET /p HTTP/1.1\r\nHost:", "/p"},
      {"POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe", "/p"},
      {chunked_post + "5\r\nhe", "/p"},
  }));
  CAPTURE(row.input);
  RunningServer running(echo, limits);
  auto client = running.client();
  client.send(get);
  CHECK(client.read_answer().status == 200);
  client.send(row.input);
  const auto answer = client.read_answer();
  CHECK(answer.status == 408);
  CHECK(answer.headers.at("Connection") == "close");
  CHECK(answer.body == "refused 408 at '" + row.path + "'");
  CHECK(client.ended());
}

TEST_CASE("a connection without requests is closed without a word", "[http]") {
  Limits limits;
  limits.idle_time = 50ms;
  RunningServer running(echo, limits);
  auto fresh = running.client();
  CHECK(fresh.ended());
  auto used = running.client();
  used.send(get);
  CHECK(used.read_answer().status == 200);
  CHECK(used.ended());
}

TEST_CASE("a request in work is not hurried by any time limit", "[http]") {
  Limits limits;
  limits.idle_time = limits.header_time = limits.body_time = limits.write_time = 20ms;
  Waiting waiting;
  RunningServer running(
      [&](const Request& request, Responder responder, IoThread& thread) {
        if (request.path == "/") return waiting.keep(std::move(responder), thread);
        echo(request, std::move(responder), thread);
      },
      limits);
  auto client = running.client();
  client.send(get);
  waiting.wait_for(1);
  // Another connection that is closed for its idleness shows that the limits have passed.
  CHECK(running.client().ended());
  waiting.answer_all("late");
  CHECK(client.read_answer().body == "late");
}

TEST_CASE("a client that does not read its answer is given up", "[http]") {
  Limits limits;
  limits.write_time = 50ms;
  limits.bytes_per_second_min = 1'000'000'000;
  RunningServer running([](const Request&, Responder responder,
                           IoThread&) { responder.send(text_response(std::string(50'000'000, 'x'))); },
                        limits);
  auto client = running.client();
  client.send(get);
  const auto finished = running.observer().finished(1);
  REQUIRE(finished.size() == 1);
  CHECK_FALSE(finished[0].delivered);
  CHECK(running.server().drain(std::chrono::steady_clock::now() + 10s));
}

TEST_CASE("a client that never ends is closed after its last answer all the same", "[http]") {
  Limits limits;
  limits.linger_time = 50ms;
  RunningServer running(echo, limits);
  auto client = running.client();
  client.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(client.read_answer().status == 200);
  CHECK(running.server().drain(std::chrono::steady_clock::now() + 10s));
}

TEST_CASE("a connection over the limit is answered 503, and a place that was left is given again", "[http]") {
  Limits limits;
  limits.connections = 2;
  RunningServer running(echo, limits, 2);
  std::optional<RawClient> first(std::in_place, running.port());
  RawClient second(running.port());
  first->send(get);
  second.send(get);
  CHECK(first->read_answer().status == 200);
  CHECK(second.read_answer().status == 200);

  auto third = running.client();
  third.send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto answer = third.read_answer();
  CHECK(answer.status == 503);
  CHECK(answer.body == "refused 503 at '/busy'");
  CHECK(answer.headers.at("Retry-After") == "1");
  CHECK(answer.headers.at("Connection") == "close");
  CHECK(third.ended());
  CHECK(running.observer().refused(1) == std::vector<std::string>{"127.0.0.1"});

  first.reset();
  unsigned status = 503;
  for (int attempt = 0; attempt < 1000 && status == 503; ++attempt) {
    auto next = running.client();
    next.send(get);
    status = next.read_answer().status;
  }
  CHECK(status == 200);
}

TEST_CASE("what slow clients make the server hold is bounded, whoever holds it, and others are served", "[http]") {
  Limits limits;
  limits.slow_bytes = 1'000'000;
  RunningServer running(
      [](const Request& request, Responder responder, IoThread& thread) {
        if (request.path == "/long") return responder.send(text_response(std::string(50'000'000, 'x')));
        echo(request, std::move(responder), thread);
      },
      limits, 2);
  const std::string body(600'000, 'x');
  const std::string announced = "POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 600001\r\n\r\n";
  std::vector<std::unique_ptr<RawClient>> slow;

  SECTION("by bodies that never end") {
    const auto chunks = GENERATE(false, true);
    for (int i = 0; i < 2; ++i) {
      auto& client = slow.emplace_back(std::make_unique<RawClient>(running.port()));
      client->try_send(chunks ? chunked_post + "f4240\r\n" + body : announced + body);
    }
    // Either may have been first; chunks need memory ahead, so that they may not even fit alone.
    const auto finished = running.observer().finished(1);
    REQUIRE_FALSE(finished.empty());
    CHECK(finished.front().status == 503);
    CHECK((chunks || finished.size() == 1));
  }
  SECTION("by an answer that is not read: there is no other way to end it than the connection's") {
    auto& client = slow.emplace_back(std::make_unique<RawClient>(running.port()));
    client->send("GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto finished = running.observer().finished(1);
    REQUIRE(finished.size() == 1);
    CHECK_FALSE(finished[0].delivered);
  }

  auto usual = running.client();
  usual.send(get);
  CHECK(usual.read_answer().status == 200);
  // What was held comes back with the connections.
  slow.clear();
  unsigned status = 0;
  for (int attempt = 0; attempt < 1000 && status != 200; ++attempt) {
    auto next = running.client();
    next.try_send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 600000\r\n\r\n" + body);
    status = next.read_answer().status;
  }
  CHECK(status == 200);
}

TEST_CASE("the server outlives a want of file descriptors", "[http]") {
  RunningServer running;
  std::optional<RawClient> client;
  {
    DescriptorFamine famine;
    famine.spare_one();
    client.emplace(running.port());
    client->send(get);
    const auto failures = running.observer().accept_failures(1);
    REQUIRE_FALSE(failures.empty());
  }
  CHECK(client->read_answer().status == 200);
}

TEST_CASE("an endpoint that cannot be had is told by its reason", "[http]") {
  RunningServer running;
  RecordingObserver observer;
  const auto reason = [&](const Endpoint& endpoint) {
    Server server(
        {Endpoint{}, endpoint}, 1, {}, [](IoThread&) { return std::unique_ptr<Handler>(); }, observer);
    const auto bound = server.start();
    return bound ? "bound" : bound.error();
  };
  CHECK(reason({"127.0.0.1", running.port()}) ==
        "cannot listen on 127.0.0.1 port " + std::to_string(running.port()) + ": Address already in use");
  CHECK(reason({"localhost", 0}) == "'localhost' is not a numeric address");
  CHECK(reason({"203.0.113.1", 0}) == "cannot listen on 203.0.113.1 port 0: Cannot assign requested address");
}

}  // namespace tally::http::test
