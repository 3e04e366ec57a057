#include <catch2/catch.hpp>

#include "http_server_fixture.hpp"

namespace tally::http::test {

namespace {

std::string request_line(const std::string& line) { return line + "\r\nHost: h\r\n\r\n"; }

const std::string get = request_line("GET / HTTP/1.1");

std::string post_with(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

}  // namespace

TEST_CASE("a handler sees a request as it was sent", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send(
      "PUT /a%20b/c?d=%31&e HTTP/1.1\r\nHost: example:80\r\nx-word:  one \t\r\nX-WORD: two\r\n"
      "Content-Length: 5\r\n\r\nhello");
  const auto answer = client.read_answer();
  CHECK(answer.status == 200);
  CHECK(echoed(answer, "method") == "PUT");
  CHECK(echoed(answer, "method number") == std::to_string(static_cast<int>(Method::put)));
  CHECK(echoed(answer, "target") == "/a%20b/c?d=%31&e");
  CHECK(echoed(answer, "path") == "/a%20b/c");
  CHECK(echoed(answer, "query") == "?d=%31&e");
  CHECK(echoed(answer, "version") == "11");
  CHECK(echoed(answer, "peer") == "127.0.0.1");
  CHECK(echoed(answer, "host") == "example:80");
  CHECK(echoed(answer, "X-Word") == "one");
  CHECK(echoed(answer, "X-Word count") == "2");
  CHECK(echoed(answer, "fields") == "4");
  CHECK(echoed(answer, "body") == "hello");
}

TEST_CASE("every form of request target has a path", "[http]") {
  struct Row {
    std::string line, path, query;
  };
  const auto row = GENERATE(values<Row>({
      {"GET /p HTTP/1.1", "/p", "none"},
      {"GET /p? HTTP/1.1", "/p", "?"},
      {"GET /p?a?b HTTP/1.1", "/p", "?a?b"},
      {"GET http://h/p?q HTTP/1.1", "/p", "?q"},
      {"GET HTTPS://h HTTP/1.1", "/", "none"},
      {"GET http://h?q HTTP/1.1", "/", "?q"},
      {"OPTIONS * HTTP/1.1", "*", "none"},
  }));
  CAPTURE(row.line);
  RunningServer running;
  auto client = running.client();
  client.send(request_line(row.line));
  const auto answer = client.read_answer();
  CHECK(echoed(answer, "path") == row.path);
  CHECK(echoed(answer, "query") == row.query);
}

TEST_CASE("a method without a name of its own reaches the handler", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send(request_line("BREW / HTTP/1.1"));
  const auto answer = client.read_answer();
  CHECK(echoed(answer, "method") == "BREW");
  CHECK(echoed(answer, "method number") == std::to_string(static_cast<int>(Method::other)));
}

TEST_CASE("an answer's header comes in a fixed order and names no server", "[http]") {
  RunningServer running([](const Request&, Responder responder, IoThread&) {
    auto response = text_response("body");
    response.status = 201;
    response.headers.emplace_back("Location", "/new\r\nEvil: yes");
    response.close = true;
    responder.send(std::move(response));
  });
  auto client = running.client();
  client.send(get);
  const auto answer = client.read_answer();
  const auto date = answer.headers.at("Date");
  CHECK(date.size() == 29);
  CHECK(date.ends_with(" GMT"));
  CHECK(answer.head == "HTTP/1.1 201 Created\r\nDate: " + date +
                           "\r\nContent-Type: text/plain\r\nLocation: /new  Evil: yes\r\nContent-Length: 4\r\n"
                           "Connection: close\r\n");
  CHECK(client.ended());
}

TEST_CASE("a 1.1 connection is kept until the client wants its end", "[http]") {
  RunningServer running;
  auto client = running.client();
  for (int round = 0; round < 3; ++round) {
    client.send(get);
    CHECK(client.read_answer().headers.count("Connection") == 0);
  }
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  CHECK(client.read_answer().headers.at("Connection") == "close");
  CHECK(client.ended());
}

TEST_CASE("a 1.0 connection is kept only when asked", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto kept = client.read_answer();
  CHECK(kept.headers.at("Connection") == "keep-alive");
  CHECK(echoed(kept, "version") == "10");
  client.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(client.read_answer().headers.at("Connection") == "close");
  CHECK(client.ended());
}

TEST_CASE("pipelined requests are answered in order, each after the one before it", "[http]") {
  Waiting waiting;
  RunningServer running([&](const Request& request, Responder responder, IoThread& thread) {
    if (request.path == "/slow") return waiting.keep(std::move(responder), thread);
    echo(request, std::move(responder), thread);
  });
  auto client = running.client();
  client.send(request_line("GET /1 HTTP/1.1") + request_line("GET /slow HTTP/1.1") +
              post_with("Content-Length: 3\r\n", "abc") + "\r\n" + request_line("GET /4 HTTP/1.1"));
  CHECK(echoed(client.read_answer(), "path") == "/1");
  waiting.wait_for(1);
  waiting.answer_all("slow");
  CHECK(client.read_answer().body == "slow");
  CHECK(echoed(client.read_answer(), "body") == "abc");
  CHECK(echoed(client.read_answer(), "path") == "/4");
}

TEST_CASE("a thousand requests sent at once are answered one by one", "[http]") {
  RunningServer running;
  auto client = running.client();
  std::string requests;
  for (int number = 0; number < 1000; ++number)
    requests += request_line("GET /" + std::to_string(number) + " HTTP/1.1");
  client.send(requests);
  for (int number = 0; number < 1000; ++number) {
    REQUIRE(echoed(client.read_answer(), "path") == "/" + std::to_string(number));
  }
}

TEST_CASE("a request may come in any pieces", "[http]") {
  const auto request = GENERATE(values<std::string>({
      post_with("Content-Length: 5\r\n", "hello"),
      post_with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
      post_with("Transfer-Encoding: chunked\r\n", "2;ext=\"1\"\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: dropped\r\n\r\n"),
  }));
  RunningServer running;
  auto client = running.client();
  for (int round = 0; round < 2; ++round) {
    for (const char byte : request) client.send({&byte, 1});
    CHECK(echoed(client.read_answer(), "body") == "hello");
  }
}

TEST_CASE("a large body arrives whole, with its length or in chunks", "[http]") {
  RunningServer running([](const Request& request, Responder responder, IoThread&) {
    responder.send(text_response(std::string(request.body)));
  });
  auto client = running.client();
  std::string body(3'000'000, ' ');
  for (std::size_t index = 0; index < body.size(); ++index) body[index] = static_cast<char>('a' + index % 23);
  client.send(post_with("Content-Length: 3000000\r\n", body));
  CHECK(client.read_answer().body == body);
  std::string chunks;
  for (std::size_t offset = 0; offset < body.size(); offset += 1000)
    chunks += "3e8\r\n" + body.substr(offset, 1000) + "\r\n";
  client.send(post_with("Transfer-Encoding: Chunked\r\n", chunks + "0\r\n\r\n") + get);
  CHECK(client.read_answer().body == body);
  CHECK(client.read_answer().body.empty());
}

TEST_CASE("a client that waits for leave to send its body gets it", "[http]") {
  const auto [framing, body] = GENERATE(values<std::pair<std::string, std::string>>({
      {"Content-Length: 2\r\n", "ok"},
      {"Transfer-Encoding: chunked\r\n", "2\r\nok\r\n0\r\n\r\n"},
  }));
  RunningServer running;
  auto client = running.client();
  for (int round = 0; round < 2; ++round) {
    client.send(post_with(framing + "Expect: 100-Continue\r\n", ""));
    const auto leave = client.read_answer(false);
    CHECK(leave.head == "HTTP/1.1 100 Continue\r\n");
    client.send(body);
    CHECK(echoed(client.read_answer(), "body") == "ok");
  }
}

TEST_CASE("nobody is told to continue who did not wait, has nothing to send, or cannot know", "[http]") {
  const auto request = GENERATE(values<std::string>({
      post_with("Content-Length: 2\r\nExpect: 100-continue\r\n", "ok"),
      "GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
      "POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok",
  }));
  RunningServer running;
  auto client = running.client();
  client.send(request);
  CHECK(client.read_answer().status == 200);
}

TEST_CASE("HEAD is answered with the length but without the body", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send(request_line("HEAD /x HTTP/1.1") + get);
  const auto head = client.read_answer(false);
  CHECK(head.status == 200);
  CHECK(std::stoul(head.headers.at("Content-Length")) > 0);
  CHECK(echoed(client.read_answer(), "method") == "GET");
}

TEST_CASE("204 and 304 have neither body nor length", "[http]") {
  const auto status = GENERATE(204U, 304U);
  RunningServer running([status](const Request&, Responder responder, IoThread&) {
    auto response = text_response("not to be seen");
    response.status = status;
    responder.send(std::move(response));
  });
  auto client = running.client();
  client.send(get + get);
  CHECK(client.read_answer().headers.count("Content-Length") == 0);
  CHECK(client.read_answer().status == status);
}

TEST_CASE("a large answer reaches a client that reads late", "[http]") {
  const std::string body(20'000'000, 'x');
  RunningServer running([&](const Request&, Responder responder, IoThread&) { responder.send(text_response(body)); });
  auto client = running.client();
  client.send(get + get);
  CHECK(client.read_answer().body == body);
  CHECK(client.read_answer().body == body);
  const auto finished = running.observer().finished(2);
  REQUIRE(finished.size() == 2);
  CHECK(finished[0].delivered);
}

TEST_CASE("a client that has ended sending still gets its answer", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send(get);
  client.end_sending();
  CHECK(client.read_answer().status == 200);
  CHECK(client.ended());
}

TEST_CASE("the observer hears of each request once", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send("POST /path?secret HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  client.read_answer();
  const auto finished = running.observer().finished(1);
  REQUIRE(finished.size() == 1);
  CHECK(finished[0].method == "POST");
  CHECK(finished[0].path == "/path");
  CHECK(finished[0].peer_address == "127.0.0.1");
  CHECK(finished[0].label == "script");
  CHECK(finished[0].status == 200);
  CHECK(finished[0].request_body_bytes == 3);
  CHECK(finished[0].delivered);
}

}  // namespace tally::http::test
