#include <catch2/catch.hpp>

#include "tally/config/endpoint.hpp"

using namespace tally::config;

TEST_CASE("an endpoint is written as it is read", "[config]") {
  const std::string text =
      GENERATE(as<std::string>{}, "127.0.0.1:0", "[::1]:65535", "some-host.example:80", "[2001:db8::1]:8080");
  CAPTURE(text);
  const auto endpoint = parse_endpoint(text);
  REQUIRE(endpoint);
  CHECK(to_string(*endpoint) == text);
}

TEST_CASE("only this machine's addresses are loopback", "[config]") {
  for (const char* host :
       {"localhost", "LocalHost", "127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"}) {
    CAPTURE(host);
    CHECK(is_loopback({host, 1}));
  }
  for (const char* host :
       {"", "0.0.0.0", "::", "128.0.0.1", "126.255.255.255", "localhost.example", "::2", "127.1", "fe80::1"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback({host, 1}));
  }
}
