#include "tally/common/web_tokens.hpp"

#include <catch2/catch.hpp>

using namespace tally::common;
using namespace std::chrono_literals;

TEST_CASE("a token names its user until it is over", "[common]") {
  std::chrono::sys_seconds now{1'800'000'000s};
  const WebTokens tokens{[&now] { return now; }};
  const std::string token = tokens.issue("DOM\\\"Иванов\"", "user");
  CHECK(tokens.user_of(token) == "DOM\\\"Иванов\"");
  now += WebTokens::lifetime - 1s;
  CHECK(tokens.user_of(token));
  now += 1s;
  CHECK_FALSE(tokens.user_of(token));
}

TEST_CASE("a token that was changed, is another's, or says that it needs no signature names nobody", "[common]") {
  const auto clock = [] { return std::chrono::sys_seconds{1'800'000'000s}; };
  const WebTokens tokens{clock};
  const std::string token = tokens.issue("anna", "user");
  CHECK_FALSE(WebTokens{clock}.user_of(token));
  for (std::size_t at = 0; at + 1 < token.size(); ++at) {  // the last letter has bits that mean nothing
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CAPTURE(at);
    CHECK_FALSE(tokens.user_of(changed));
  }
  const std::string claims = base64_url(R"({"username":"anna","role":"admin","exp":9999999999})");
  for (const std::string& text :
       {std::string{}, std::string{".."}, token + '.', token.substr(0, token.rfind('.')),
        token.substr(0, token.rfind('.') + 1), base64_url(R"({"alg":"none","typ":"JWT"})") + '.' + claims + '.',
        base64_url(R"({"alg":"HS256","typ":"JWT"})") + '.' + claims + '.', std::string(5000, '.')})
    CHECK_FALSE(tokens.user_of(text));
}
