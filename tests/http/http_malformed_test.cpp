#include <atomic>
#include <catch2/catch.hpp>

#include "http_server_fixture.hpp"

namespace tally::http::test {

namespace {

struct Row {
  std::string name;
  std::string input;
  unsigned status;
  std::string path;  ///< what the refusal knows of it
};

const std::string post = "POST /p HTTP/1.1\r\nHost: h\r\n";
const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
using namespace std::string_literals;

const std::vector<Row> malformed{
    {"no request at all", "\x16\x03\x01 hello\r\n\r\n", 400, ""},
    {"no version", "GET /p\r\n\r\n", 400, ""},
    {"unknown version", "GET /p HTTP/2.0\r\n\r\n", 400, ""},
    {"lower-case version", "GET /p http/1.1\r\nHost: h\r\n\r\n", 400, ""},
    {"two spaces in the request line", "GET  /p HTTP/1.1\r\nHost: h\r\n\r\n", 400, ""},
    {"space in the target", "GET /p q HTTP/1.1\r\nHost: h\r\n\r\n", 400, ""},
    {"control character in the target", "GET /p\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400, ""},
    {"target that is no path", "GET p HTTP/1.1\r\nHost: h\r\n\r\n", 400, ""},
    {"authority as target", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 400, ""},
    {"line ends without carriage return", "GET /p HTTP/1.1\nHost: h\n\n", 400, ""},
    {"no Host in 1.1", "GET /p HTTP/1.1\r\n\r\n", 400, "/p"},
    {"two Hosts", "GET /p HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n", 400, "/p"},
    {"two Hosts in 1.0", "GET /p HTTP/1.0\r\nHost: h\r\nHost: i\r\n\r\n", 400, "/p"},
    {"Host that is none", "GET /p HTTP/1.1\r\nHost: h/<x>\r\n\r\n", 400, "/p"},
    {"header without a colon", post + "Header\r\n\r\n", 400, "/p"},
    {"header without a name", post + ": value\r\n\r\n", 400, "/p"},
    {"space before the colon", post + "Content-Length : 5\r\n\r\nhello", 400, "/p"},
    {"space before the first header", "POST /p HTTP/1.1\r\n Host: h\r\n\r\n", 400, "/p"},
    {"folded header", post + "X: a\r\n b\r\n\r\n", 400, "/p"},
    {"folded header with an empty first line", post + "X:\r\n b\r\n\r\n", 400, "/p"},
    {"folded header with an empty second line", post + "X: a\r\n \r\n\r\n", 400, "/p"},
    {"folded Transfer-Encoding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400, "/p"},
    {"NUL in a value", post + "X: a\0b\r\n\r\n"s, 400, "/p"},
    {"NUL in a name", post + "X\0Y: a\r\n\r\n"s, 400, "/p"},
    {"bare carriage return in a value", post + "X: a\rb\r\n\r\n", 400, "/p"},
    {"bare line feed in a value", post + "X: a\nContent-Length: 5\r\n\r\n", 400, "/p"},
    {"bare carriage return at the end", post + "X: a\r\n\rGET", 400, "/p"},
    {"Content-Length and Transfer-Encoding",
     post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, 400, "/p"},
    {"Transfer-Encoding and Content-Length",
     post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled, 400, "/p"},
    {"two Content-Lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + smuggled, 400, "/p"},
    {"one Content-Length twice", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400, "/p"},
    {"list of Content-Lengths", post + "Content-Length: 5, 5\r\n\r\nhello", 400, "/p"},
    {"empty Content-Length", post + "Content-Length: \r\n\r\n", 400, "/p"},
    {"signed Content-Length", post + "Content-Length: +5\r\n\r\nhello", 400, "/p"},
    {"negative Content-Length", post + "Content-Length: -5\r\n\r\nhello", 400, "/p"},
    {"hexadecimal Content-Length", post + "Content-Length: 0x5\r\n\r\nhello", 400, "/p"},
    {"Content-Length beyond all numbers", post + "Content-Length: 99999999999999999999\r\n\r\n", 400, "/p"},
    {"unknown transfer coding", post + "Transfer-Encoding: gzip\r\n\r\n" + smuggled, 501, "/p"},
    {"transfer coding besides chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "/p"},
    {"transfer coding after chunked", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501, "/p"},
    {"transfer coding with a tail", post + "Transfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n", 501, "/p"},
    {"transfer coding in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501, "/p"},
    {"empty transfer coding", post + "Transfer-Encoding:\r\n\r\n" + smuggled, 501, "/p"},
    {"transfer coding twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
     "/p"},
    {"transfer coding in 1.0", "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "/p"},
    {"chunk size that is no number", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n", 400, "/p"},
    {"chunk size with prefix", post + "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400, "/p"},
    {"negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", 400, "/p"},
    {"chunk size with space", post + "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400, "/p"},
    {"chunk size beyond all numbers", post + "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n",
     400, "/p"},
    {"chunk size line without carriage return", post + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400,
     "/p"},
    {"chunk longer than its size", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400, "/p"},
    {"chunk extension that is none", post + "Transfer-Encoding: chunked\r\n\r\n3;=\r\nabc\r\n0\r\n\r\n", 400, "/p"},
    {"Content-Length in the trailer", post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n", 400,
     "/p"},
    {"folded trailer", post + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n", 400, "/p"},
    {"unknown expectation", post + "Expect: a-miracle\r\nContent-Length: 2\r\n\r\n", 417, "/p"},
};

}  // namespace

TEST_CASE("what two readers could understand differently is refused, readably, and never handled", "[http]") {
  std::atomic<int> handled = 0;
  RunningServer running([&](const Request&, Responder, IoThread&) { ++handled; });
  for (const auto& row : malformed) {
    CAPTURE(row.name);
    auto client = running.client();
    client.send(row.input);
    const auto answer = client.read_answer();
    CHECK(answer.status == row.status);
    CHECK(answer.headers.at("Connection") == "close");
    CHECK(answer.body == "refused " + std::to_string(row.status) + " at '" + row.path + "'");
    CHECK(client.ended());
  }
  CHECK(handled == 0);
  const auto finished = running.observer().finished(malformed.size());
  REQUIRE(finished.size() == malformed.size());
  CHECK(finished.back().status == 417);
  CHECK(finished.back().path == "/p");
  CHECK(finished.back().label == "refusal");
}

TEST_CASE("a request before the malformed one is answered", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send("GET /good HTTP/1.1\r\nHost: h\r\n\r\nGET /bad HTTP/1.1\r\n\r\n");
  CHECK(echoed(client.read_answer(), "path") == "/good");
  CHECK(client.read_answer().body == "refused 400 at '/bad'");
  CHECK(client.ended());
}

TEST_CASE("blank lines before a request are passed over", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(client.read_answer().status == 200);
}

TEST_CASE("a client that goes on sending can read why it was refused", "[http]") {
  RunningServer running;
  auto client = running.client();
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n");
  client.send(std::string(5'000'000, 'x'));
  CHECK(client.read_answer().status == 413);
  CHECK(client.ended());
}

TEST_CASE("a client that leaves in the middle of a request is forgotten", "[http]") {
  RunningServer running;
  {
    auto client = running.client();
    client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe");
    client.end_sending();
    CHECK(client.ended());
  }
  CHECK(running.server().drain(std::chrono::steady_clock::now() + std::chrono::seconds(10)));
}

}  // namespace tally::http::test
