#include "tally/common/identification.hpp"

#include <catch2/catch.hpp>

#include "sent_request.hpp"

namespace tally::common::test {
namespace {

constexpr const char* proxy = "10.0.0.7";

Identification identification() {
  config::IdentityOptions options;
  options.anonymous_user = "nobody";
  options.administrators = {"DOM\\admin", "root"};
  options.proxy_header = "X-Remote-User";
  options.proxies = {*config::Network::parse("10.0.0.0/8"), *config::Network::parse("fd00::/8")};
  return Identification{options};
}

Identity identity_of(const SentRequest& request) { return identification().of(request.view(), model::Door::soap); }

}  // namespace

TEST_CASE("a caller who says nothing is the anonymous user at the peer's address", "[common]") {
  const auto identity = identity_of(SentRequest{}.from("192.0.2.4"));
  CHECK(identity.caller.user == "nobody");
  CHECK_FALSE(identity.caller.administrator);
  CHECK(identity.caller.address == "192.0.2.4");
  CHECK(identity.caller.door == model::Door::soap);
  CHECK(identity.idempotency_scope() == "address 192.0.2.4");
}

TEST_CASE("a name by Basic is taken, but carries no rights and no scope of its own", "[common]") {
  // root:secret
  const auto identity = identity_of(SentRequest{}.header("Authorization", "Basic cm9vdDpzZWNyZXQ="));
  CHECK(identity.caller.user == "root");
  CHECK_FALSE(identity.caller.administrator);
  CHECK(identity.idempotency_scope() == "address 192.0.2.10");
}

TEST_CASE("a Basic header is read or passed over, and never fails the request", "[common]") {
  struct Row {
    const char* what;
    std::string header;
    const char* user;
  };
  const auto row = GENERATE(
      Row{"scheme in another case", "bAsIc aTpw", "i"}, Row{"two signs of padding", "Basic aXY6cA==", "iv"},
      Row{"no padding", "Basic aXY6cHc=", "iv"}, Row{"empty password", "Basic aXZhbjo=", "ivan"},
      Row{"colons in the password", "Basic aTo6OnA=", "i"}, Row{"a domain", "Basic RE9NXGl2YW5vdjpw", "DOM\\ivanov"},
      Row{"Cyrillic", "Basic 0JjQstCw0L06cA==", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"},
      Row{"nothing but padding", "Basic ====", "nobody"}, Row{"padding in the middle", "Basic aT==aTpw", "nobody"},
      Row{"three signs of padding", "Basic a===", "nobody"}, Row{"eight signs of padding", "Basic ========", "nobody"},
      Row{"a wrong length", "Basic aTpwx", "nobody"}, Row{"other letters", "Basic !!!!", "nobody"},
      Row{"white space only", "Basic     ", "nobody"}, Row{"dashes", "Basic ----", "nobody"},
      Row{"no colon", "Basic aXZhbg==", "nobody"}, Row{"no name", "Basic OnB3", "nobody"},
      Row{"a NUL", "Basic aQBhOnA=", "nobody"}, Row{"a line break", "Basic aQphOnA=", "nobody"},
      Row{"no UTF-8", "Basic //46cA==", "nobody"},
      Row{"a control character of the second set", "Basic acKbYTpw", "nobody"},
      Row{"another scheme", "Bearer aTpw", "nobody"}, Row{"no credentials", "Basic", "nobody"},
      Row{"nothing", "", "nobody"}, Row{"too long", "Basic " + std::string(4096, 'a'), "nobody"});
  INFO(row.what);
  CHECK(identity_of(SentRequest{}.header("Authorization", row.header)).caller.user == row.user);
}

TEST_CASE("the proxy header is believed from a listed proxy", "[common]") {
  const auto address = GENERATE("10.0.0.7", "10.255.255.255", "fd00::1", "::ffff:10.1.2.3");
  const auto identity = identity_of(SentRequest{}.from(address).header("x-remote-user", "DOM\\ivanov"));
  CHECK(identity.caller.user == "DOM\\ivanov");
  CHECK(identity.idempotency_scope() == "user DOM\\ivanov");
}

TEST_CASE("the proxy header is not believed from anybody else", "[common]") {
  const auto address = GENERATE("11.0.0.7", "127.0.0.1", "fe80::1", "", "10.0.0.7.example.org");
  const auto identity = identity_of(
      SentRequest{}.from(address).header("X-Remote-User", "root").header("X-Forwarded-For", "198.51.100.1"));
  CHECK(identity.caller.user == "nobody");
  CHECK_FALSE(identity.caller.administrator);
  CHECK(identity.caller.address == address);
}

TEST_CASE("no header names a user while none is configured", "[common]") {
  config::IdentityOptions options;
  options.proxies = {*config::Network::parse(proxy)};
  options.administrators = {"root"};
  const SentRequest request = SentRequest{}.from(proxy).header("", "root").header("X-Remote-User", "root");
  CHECK(Identification{options}.of(request.view(), model::Door::soap).caller.user == "anonymous");
}

TEST_CASE("an administrator is a listed name that a proxy vouches for, in any letter case", "[common]") {
  const auto [name, is_administrator] = GENERATE(table<const char*, bool>(
      {{"root", true}, {"ROOT", true}, {"dom\\Admin", true}, {"admin", false}, {"root2", false}}));
  CHECK(identity_of(SentRequest{}.from(proxy).header("X-Remote-User", name)).caller.administrator == is_administrator);
}

TEST_CASE("a name that is none leaves the caller anonymous, also behind a proxy", "[common]") {
  const auto name = GENERATE(as<std::string>{}, "", "\xff\xfe", "a\x01z", "a\x7f", "a\xc2\x9bz", std::string(257, 'a'));
  const auto identity = identity_of(SentRequest{}.from(proxy).header("X-Remote-User", name));
  CHECK(identity.caller.user == "nobody");
  CHECK(identity.idempotency_scope() == "address 10.0.0.7");
}

TEST_CASE("a name of the greatest length is one", "[common]") {
  CHECK(identity_of(SentRequest{}.from(proxy).header("X-Remote-User", std::string(256, 'a'))).caller.user.size() ==
        256);
}

TEST_CASE("a proxy header that is there twice is not believed: one of the two is the client's", "[common]") {
  const auto identity =
      identity_of(SentRequest{}.from(proxy).header("X-Remote-User", "root").header("x-remote-user", "DOM\\ivanov"));
  CHECK(identity.caller.user == "nobody");
  CHECK_FALSE(identity.caller.administrator);
}

TEST_CASE("a name by Basic has no rights behind a proxy either", "[common]") {
  const auto identity = identity_of(SentRequest{}.from(proxy).header("Authorization", "Basic cm9vdDpzZWNyZXQ="));
  CHECK(identity.caller.user == "root");
  CHECK_FALSE(identity.caller.administrator);
}

TEST_CASE("a listed proxy tells the peer's address by the last entry of its header", "[common]") {
  const auto [header, address] = GENERATE(table<const char*, const char*>({{"198.51.100.1", "198.51.100.1"},
                                                                           {"1.1.1.1, 198.51.100.1 ", "198.51.100.1"},
                                                                           {"2001:db8::1", "2001:db8::1"},
                                                                           {"", proxy},
                                                                           {"1.1.1.1,", proxy},
                                                                           {"a\x1b[31m", proxy}}));
  const auto identity = identity_of(SentRequest{}.from(proxy).header("X-Forwarded-For", header));
  CHECK(identity.caller.address == address);
  CHECK(identity.idempotency_scope() == std::string{"address "} + address);
}

TEST_CASE("of several such headers the last is the proxy's own, the others are the client's", "[common]") {
  const auto identity = identity_of(
      SentRequest{}.from(proxy).header("X-Forwarded-For", "1.1.1.1").header("x-forwarded-for", "198.51.100.1"));
  CHECK(identity.caller.address == "198.51.100.1");
}

}  // namespace tally::common::test
