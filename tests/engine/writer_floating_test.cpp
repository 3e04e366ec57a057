// What the writer does of consumption and of named users' places although nobody asks for it.

#include "floating_world.hpp"
#include "writer_fixture.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using namespace std::chrono_literals;
using tally::model::EventKind;

namespace {

std::size_t count_of(const tally::memory::MemoryStore& store, EventKind kind) {
  std::size_t count = 0;
  for (const auto& group : store.groups())
    count += static_cast<std::size_t>(std::ranges::count(group.events, kind, &tally::model::Event::kind));
  return count;
}

}  // namespace

TEST_CASE("the writer returns counters to 0 and ends leases that nobody asks about", "[engine]") {
  tally::memory::MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  REQUIRE(office.writer.start());
  REQUIRE(office.ask(import_of(catalog({app()})), administrator()));
  REQUIRE(office.ask(use(5)));
  REQUIRE(office.ask(enroll("anna")));
  clock.advance(25h);
  (void)office.ask(KeepAlive{guid(1)});  // wakes it, and touches nothing of these
  CHECK(eventually([&] { return count_of(store, EventKind::reset) == 1; }));
  CHECK(eventually([&] { return count_of(store, EventKind::expired) == 1; }));
  CHECK(store.snapshot().registrations.empty());
}

TEST_CASE("an orderly stop writes when each lease will lapse", "[engine]") {
  tally::memory::MemoryStore store;
  TestClock clock;
  {
    Office office{store, clock};
    REQUIRE(office.writer.start());
    REQUIRE(office.ask(import_of(catalog({app()})), administrator()));
    REQUIRE(office.ask(enroll("anna")));
    clock.advance(100min);
    office.writer.stop(patience);
  }
  const auto places = store.snapshot().registrations;
  REQUIRE(places.size() == 1);
  const auto left = *places[0].expires_at - clock.now().wall;
  CHECK(left > 15min);
  CHECK(left <= 20min);
}
