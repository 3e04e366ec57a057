#include <catch2/catch.hpp>

#include "tally/config/network.hpp"

using tally::config::Network;

TEST_CASE("a network contains its addresses and no others", "[config]") {
  struct Case {
    std::string network;
    std::string inside;
    std::string outside;
  };
  const auto [network, inside, outside] = GENERATE(values<Case>({
      {"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
      {"10.0.0.0/8", "::ffff:10.0.0.1", "::10.0.0.1"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
      {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
      {"192.0.2.1/32", "192.0.2.1", "192.0.2.0"},
      {"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
      {"::/0", "2001:db8::1", "nonsense"},
      {"fd00::/8", "fdff::1", "fe00::"},
      {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
      {"::1", "::1", "::"},
  }));
  CAPTURE(network, inside, outside);
  const auto parsed = Network::parse(network);
  REQUIRE(parsed);
  CHECK(parsed->contains(inside));
  CHECK_FALSE(parsed->contains(outside));
}

TEST_CASE("what is no network is not guessed", "[config]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8",
               "::/129", "10.1.0.0/8", "2001:db8::1/64", "host", "10.0.0.1 ");
  CAPTURE(text);
  CHECK_FALSE(Network::parse(text));
}
