#include "line_queue.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <sstream>
#include <thread>
#include <vector>

#include "pipe.hpp"

using tally::logging::LineQueue;

namespace {

std::string dropped_line(std::uint64_t dropped) { return "dropped " + std::to_string(dropped) + "\n"; }

}  // namespace

TEST_CASE("a line after a quiet time is written without waiting for another", "[logging]") {
  Pipe pipe;
  LineQueue queue{pipe.writer(), dropped_line};
  queue.add("one\n");
  CHECK(pipe.read_some() == "one\n");
  queue.add("two\n");
  CHECK(pipe.read_some() == "two\n");
}

TEST_CASE("whatever was taken is written before the queue goes", "[logging]") {
  Pipe pipe;
  {
    LineQueue queue{pipe.writer(), dropped_line};
    for (int line = 0; line < 100; ++line) queue.add(std::to_string(line) + "\n");
  }
  pipe.close_writer();
  const std::string all = pipe.read_all();
  CHECK(std::ranges::count(all, '\n') == 100);
  CHECK(all.starts_with("0\n1\n2\n"));
  CHECK(all.ends_with("98\n99\n"));
}

TEST_CASE("lines of many threads stay whole, and those of one in order", "[logging]") {
  constexpr int threads = 4;
  constexpr int lines = 2000;
  Pipe pipe;
  auto reader = std::async(std::launch::async, [&] { return pipe.read_all(); });
  {
    LineQueue queue{pipe.writer(), dropped_line};
    std::vector<std::jthread> writers;
    for (int thread = 0; thread < threads; ++thread)
      writers.emplace_back([&queue, thread] {
        for (int line = 0; line < lines; ++line) queue.add(std::to_string(thread) + ' ' + std::to_string(line) + '\n');
      });
  }
  pipe.close_writer();
  std::array<int, threads> next{};
  std::istringstream all{reader.get()};
  for (int thread = 0, line = 0; all >> thread >> line;) CHECK(line == next.at(static_cast<std::size_t>(thread))++);
  for (const int count : next) CHECK(count == lines);
}

TEST_CASE("while nobody reads, callers never wait; what is dropped is counted and said", "[logging]") {
  Pipe pipe;
  const std::string line = std::string(1023, 'x') + '\n';
  constexpr std::size_t lines = 3 * LineQueue::waiting_bytes_max / 1024;
  std::future<std::string> reader;
  {
    LineQueue queue{pipe.writer(), dropped_line};
    for (std::size_t i = 0; i < lines; ++i) queue.add(line);
    reader = std::async(std::launch::async, [&] { return pipe.read_all(); });
  }
  pipe.close_writer();
  const std::string all = reader.get();
  const auto at = all.find("dropped ");
  REQUIRE(at != std::string::npos);
  const auto dropped = std::stoul(all.substr(at + 8));
  const auto written = static_cast<std::size_t>(std::ranges::count(all, '\n')) - 1;
  CHECK(written + dropped == lines);
  CHECK(written >= LineQueue::waiting_bytes_max / 1024);
}

TEST_CASE("a descriptor that fails is no reason to fail", "[logging]") {
  Pipe pipe;
  pipe.close_reader();  // SIGPIPE is not ignored here: the writer's thread must not let it end the process
  LineQueue closed_pipe{pipe.writer(), dropped_line};
  closed_pipe.add("lost\n");
  LineQueue no_descriptor{-1, dropped_line};
  no_descriptor.add("lost\n");
}

TEST_CASE("a descriptor that does not block is written to all the same", "[logging]") {
  Pipe pipe;
  REQUIRE(fcntl(pipe.writer(), F_SETFL, O_NONBLOCK) == 0);
  std::future<std::string> reader;
  {
    LineQueue queue{pipe.writer(), dropped_line};
    for (int i = 0; i < 1000; ++i) queue.add(std::string(1023, 'x') + '\n');
    reader = std::async(std::launch::async, [&] { return pipe.read_all(); });
  }
  pipe.close_writer();
  CHECK(reader.get().size() == 1000 * 1024);
}
