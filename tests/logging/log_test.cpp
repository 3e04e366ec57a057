#include "tally/logging/log.hpp"

#include <algorithm>
#include <future>
#include <thread>
#include <vector>

#include "pipe.hpp"

using namespace tally::logging;

namespace {

/// Runs with stderr going to a pipe, and returns what came out.
template<class Run>
std::string stderr_of(Run run) {
  Pipe pipe;
  const int kept = dup(STDERR_FILENO);
  REQUIRE(dup2(pipe.writer(), STDERR_FILENO) == STDERR_FILENO);
  auto reader = std::async(std::launch::async, [&] { return pipe.read_all(); });
  run();
  dup2(kept, STDERR_FILENO);
  close(kept);
  pipe.close_writer();
  return reader.get();
}

}  // namespace

TEST_CASE("nothing is logged before the start and after the stop", "[logging]") {
  CHECK_FALSE(enabled(Channel::server, Level::error));
  CHECK(stderr_of([] {
          log(Level::error, Channel::server, "too early");
          start(Level::info, Format::text);
          stop();
          stop();
          log(Level::error, Channel::server, "too late");
        }).empty());
}

TEST_CASE("lines from the least level on are logged, and all are out after the stop", "[logging]") {
  const std::string lines = stderr_of([] {
    start(Level::info, Format::text);
    CHECK(enabled(Channel::http, Level::info));
    CHECK_FALSE(enabled(Channel::http, Level::debug));
    log(Level::debug, Channel::http, "not this");
    log(Level::info, Channel::http, "request finished", {{"op", "Increment"}, {"status", 200}});
    log(Level::error, Channel::storage, "lost");
    stop();
  });
  CHECK_THAT(lines, Catch::Contains("Z info http request finished op=Increment status=200\n") &&
                        Catch::EndsWith("Z error storage lost\n"));
  CHECK(std::ranges::count(lines, '\n') == 2);
}

TEST_CASE("logging can be started again, in another format", "[logging]") {
  const std::string lines = stderr_of([] {
    start(Level::trace, Format::json);
    log(Level::trace, Channel::engine, "m");
    stop();
  });
  CHECK_THAT(lines, Catch::StartsWith("{\"time\":\"") &&
                        Catch::EndsWith("\"level\":\"trace\",\"channel\":\"engine\",\"message\":\"m\"}\n"));
}

TEST_CASE("every name has its word", "[logging]") {
  CHECK(name_of(Level::warning) == "warning");
  CHECK(name_of(Channel::server) == "server");
  CHECK(name_of(Channel::admin) == "admin");
}

TEST_CASE("many threads may log at once", "[logging]") {
  const std::string lines = stderr_of([] {
    start(Level::info, Format::text);
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([thread] {
          for (int line = 0; line < 500; ++line)
            log(Level::info, Channel::engine, "m", {{"thread", thread}, {"line", line}});
        });
    }
    stop();
  });
  CHECK(std::ranges::count(lines, '\n') == 2000);
}
