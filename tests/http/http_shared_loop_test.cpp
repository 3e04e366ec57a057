#include <sys/eventfd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <future>
#include <sstream>
#include <thread>

#include "http_server_fixture.hpp"

namespace tally::http::test {

using namespace std::chrono_literals;
using Woken = SharedLoop::Woken;

namespace {

const std::string get = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr int nothing = -1;
constexpr auto long_enough = 30'000ms;

std::string this_thread() {
  std::ostringstream text;
  text << std::this_thread::get_id();
  return text.str();
}

void tell_thread(const Request&, Responder responder, IoThread&) { responder.send(text_response(this_thread())); }

/// A descriptor that can be read from the first ring on.
class Bell {
 public:
  Bell() : descriptor_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}
  ~Bell() { close(descriptor_); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  void ring() const { (void)eventfd_write(descriptor_, 1); }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Asks from a thread of its own, and rings when it has the answer.
std::future<std::string> ask(const RunningServer& running, SharedLoop& loop) {
  return std::async(std::launch::async, [&running, &loop] {
    auto client = running.client();
    client.send(get);
    auto body = client.read_answer().body;
    loop.ring();
    return body;
  });
}

}  // namespace

TEST_CASE("a guest handles requests while it waits, and then the loop's own thread does again", "[http]") {
  RunningServer running{tell_thread};
  SharedLoop& loop = *running.server().shared_loop();
  for (int times = 0; times < 3; ++times) {
    loop.take_over();
    auto by_guest = ask(running, loop);
    CHECK(loop.wait(nothing, false, long_enough) == Woken::rung);
    CHECK(by_guest.get() == this_thread());
    loop.give_back();
    auto client = running.client();
    client.send(get);
    CHECK(client.read_answer().body != this_thread());
  }
}

TEST_CASE("a guest's wait ends when its descriptor can be read, however often, and when its time is over", "[http]") {
  RunningServer running{tell_thread};
  SharedLoop& loop = *running.server().shared_loop();
  loop.take_over();
  const Bell bell;
  CHECK(loop.wait(bell.descriptor(), false, 1ms) == Woken::time);
  std::jthread ringer{[&] { bell.ring(); }};
  CHECK(loop.wait(bell.descriptor(), false, long_enough) == Woken::ready);
  // Nobody read it: it is ready still.
  CHECK(loop.wait(bell.descriptor(), false, long_enough) == Woken::ready);
  CHECK(loop.wait(bell.descriptor(), true, long_enough) == Woken::ready);
  loop.give_back();
  loop.take_over();
  CHECK(loop.wait(bell.descriptor(), false, long_enough) == Woken::ready);
  loop.give_back();
}

TEST_CASE("a guest that comes again at once watches what it waits for", "[http]") {
  RunningServer running{tell_thread};
  SharedLoop& loop = *running.server().shared_loop();
  for (int times = 0; times < 300; ++times) {
    const Bell bell;
    loop.take_over();
    REQUIRE(loop.wait(bell.descriptor(), false, 0ms) == Woken::time);
    loop.give_back();  // what it watched is forgotten, some time
    loop.take_over();
    bell.ring();
    REQUIRE(loop.wait(bell.descriptor(), false, long_enough) == Woken::ready);
    loop.give_back();
  }
}

TEST_CASE("a ring before the wait is not lost, and what is posted is done meanwhile", "[http]") {
  IoThread* posted_to = nullptr;
  RunningServer running{[&](const Request&, Responder responder, IoThread& thread) {
    posted_to = &thread;
    responder.send(text_response({}));
  }};
  auto client = running.client();
  client.send(get);
  client.read_answer();
  SharedLoop& loop = *running.server().shared_loop();
  loop.ring();
  loop.take_over();
  CHECK(loop.wait(nothing, false, long_enough) == Woken::rung);
  std::string done_by;
  std::jthread other{[&] {
    posted_to->post([&] {
      done_by = this_thread();
      loop.ring();
    });
  }};
  CHECK(loop.wait(nothing, false, long_enough) == Woken::rung);
  CHECK(done_by == this_thread());
  loop.give_back();
}

TEST_CASE("of several loops none is lent", "[http]") {
  RunningServer running{tell_thread, {}, 2};
  CHECK(running.server().shared_loop() == nullptr);
}

}  // namespace tally::http::test
