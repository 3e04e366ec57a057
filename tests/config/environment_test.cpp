#include "reading.hpp"

using namespace tally::config;
using namespace std::chrono_literals;

TEST_CASE("lists in the environment are separated by commas", "[config]") {
  const auto settings = serve_settings({}, {{"TALLY_LISTEN", "127.0.0.1:1,[::1]:2"},
                                            {"TALLY_SOAP_DATABASES", "archive=default,a=b=other"},
                                            {"TALLY_SESSIONS_IDLE_TIMEOUT", "2m"}});
  CHECK(settings.server.listen == std::vector{Endpoint{"127.0.0.1", 1}, Endpoint{"::1", 2}});
  CHECK(settings.soap.databases.at("archive") == "default");
  CHECK(settings.soap.databases.at("a=b") == "other");
  CHECK(settings.sessions.idle_timeout == 2min);
}

TEST_CASE("an empty variable counts as not set", "[config]") {
  CHECK(serve_settings({}, {{"TALLY_DATABASE", ""}, {"TALLY_CONFIG", ""}, {"TALLY_TERM", ""}}).server.term == 5s);
}

TEST_CASE("a wrong or unknown variable is refused by name", "[config]") {
  CHECK_THAT(serve_stop({}, {{"TALLY_TERM", "x"}}).text, Catch::Contains("TALLY_TERM: \"x\" is not a duration"));
  CHECK_THAT(serve_stop({}, {{"TALLY_INSECURE", "1"}}).text,
             Catch::Contains("TALLY_INSECURE: \"1\" is not true or false"));
  CHECK_THAT(serve_stop({}, {{"TALLY_LISEN", ""}}).text, Catch::Contains("TALLY_LISEN: unknown environment variable"));
  CHECK_THAT(serve_stop({}, {{"TALLY_LISTEN", "127.0.0.1:1,"}}).text, Catch::Contains("TALLY_LISTEN"));
}

TEST_CASE("variables of others are passed over", "[config]") {
  serve_settings({}, {{"TALLY_POSTGRES_BINDIR", "/usr/lib/postgresql/15/bin"},
                      {"TALLY_SERVICE_HOST", "10.0.0.1"},
                      {"TALLY_PORT", "tcp://10.0.0.1:80"},
                      {"TALLY_PORT_80_TCP_ADDR", "10.0.0.1"}});
}

TEST_CASE("the process's own variables are found by their prefix", "[config]") {
  setenv("TALLY_TERM", "7s", 1);
  const auto surroundings = surroundings_of_this_process();
  unsetenv("TALLY_TERM");
  CHECK(surroundings.environment.at("TALLY_TERM") == "7s");
  CHECK_FALSE(surroundings.environment.contains("PATH"));
}
