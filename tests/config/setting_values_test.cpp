#include "reading.hpp"

using namespace tally::config;
using namespace std::chrono_literals;

TEST_CASE("durations are read with their units", "[config]") {
  struct Case {
    std::string text;
    std::chrono::milliseconds value;
  };
  const auto [text, value] = GENERATE(values<Case>({
      {"100ms", 100ms},
      {"1s", 1s},
      {"1h", 1h},
      {"30m", 30min},
      {"1m30s", 90s},
      {"59m59s999ms", 1h - 1ms},
      {"0h0m2s", 2s},
  }));
  CAPTURE(text);
  CHECK(serve_settings({"--request-timeout", text}).server.request_timeout == value);
}

TEST_CASE("sizes are read with their units", "[config]") {
  CHECK(serve_settings({"--max-body", "1024"}).server.max_body_bytes == 1024);
  CHECK(serve_settings({"--max-body", "1GiB"}).server.max_body_bytes == std::size_t{1} << 30);
}

TEST_CASE("a value out of range is refused with the option's name, the value and the range", "[config]") {
  struct Case {
    std::string option;
    std::string value;
    std::string text;
  };
  const auto [option, value, text] = GENERATE(values<Case>({
      {"--listen", "8080", "\"8080\" is not host:port"},
      {"--listen", "::1:8080", "host:port"},
      {"--listen", "a b:1", "host:port"},
      {"--listen", "a:65536", "host:port"},
      {"--listen", "a:+1", "host:port"},
      {"--listen", "[127.0.0.1]:1", "host:port"},
      {"--advertise", "a:0", "a port from 1"},
      {"--term", "5", "a duration from 1s to 10m"},
      {"--term", "-5s", "a duration"},
      {"--term", "5 s", "a duration"},
      {"--term", "1s1m", "a duration"},
      {"--term", "1s1s", "a duration"},
      {"--term", "1.5s", "a duration"},
      {"--term", "999ms", "a duration"},
      {"--term", "601s", "a duration"},
      {"--term", "999999999999d", "a duration"},
      {"--term", "9999999999999s", "a duration"},
      {"--request-timeout", "99ms", "from 100ms"},
      {"--max-body", "1KB", "a size from 1KiB to 1GiB"},
      {"--max-body", "1023", "a size"},
      {"--max-body", "2GiB", "a size"},
      {"--max-body", "999999999999GiB", "a size"},
      {"--threads", "-1", "a number from 0"},
      {"--threads", "1025", "a number from 0"},
      {"--threads", "two", "a number from 0"},
      {"--sessions-idle-timeout", "0s", "from 1s to 365d"},
      {"--sessions-idle-timeout", "366d", "from 1s to 365d"},
      {"--sessions-offline-timeout", "500ms", "from 1s"},
      {"--identity-anonymous-user", "a\nb", "\"a?b\" is not a name"},
      {"--identity-proxies", "10.1.0.0/8", "addresses or networks"},
      {"--identity-proxy-header", "X User", "the name of an HTTP header"},
      {"--soap-databases", "archive", "alias=account"},
      {"--soap-databases", "=default", "alias=account"},
      {"--soap-databases", "archive=", "alias=account"},
      {"--floating-account", "a\nb", "\"a?b\" is not a name"},
      {"--floating-consumption-refusal", "other", "license_api or page"},
      {"--log-level", "verbose", "trace, debug, info, warning or error"},
      {"--log-format", "xml", "text or json"},
  }));
  CAPTURE(option, value);
  const auto stop = serve_stop({option + "=" + value});
  CHECK(stop.code == ExitCode::usage);
  CHECK_THAT(stop.text, Catch::Contains(option) && Catch::Contains(text));
}

TEST_CASE("one option stands for one value, so that a stray word is noticed", "[config]") {
  CHECK_THAT(serve_stop({"--listen", "127.0.0.1:1", "127.0.0.1:2"}).text, Catch::Contains("an argument too many"));
}

TEST_CASE("an empty value is as good as none", "[config]") {
  const std::string option = GENERATE(as<std::string>{}, "--listen", "--term", "--catalog", "--database", "--data-dir");
  for (const auto& stop : {serve_stop({option, ""}), serve_stop({option + "="})}) {
    CHECK(stop.code == ExitCode::usage);
    CHECK_THAT(stop.text, Catch::Contains(option));
  }
}
