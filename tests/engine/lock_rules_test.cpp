#include "numbers_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;
using tally::model::ResourceKind;
using Seen = tally::model::LockView::State;

namespace {

const Caller ivanov = user("DOM\\Ivanov");
const Caller petrov = user("DOM\\Petrov");

SetLock set(int session, int resource, bool check_out = false, ResourceKind kind = ResourceKind::card) {
  return {.session = guid(session),
          .resource = guid(resource),
          .kind = kind,
          .section = guid(8),
          .instance = guid(9),
          .check_out = check_out};
}
ClearLock clear(int session, int resource, bool force = false) { return {guid(session), guid(resource), force}; }

/// Sessions 11 and 12 are Ivanov's, 21 is Petrov's.
class LockWorld : public NumbersWorld {
 public:
  LockWorld() {
    open(11, ivanov);
    open(12, user("dom\\IVANOV"));
    open(21, petrov);
  }
  Seen state_for(int session, int resource = 70) {
    return read<tally::model::LockView>(ReadLock{guid(session), guid(resource)}).state;
  }
  std::vector<int> listed(int session, bool own_only, std::optional<ResourceKind> kind = {}) {
    std::vector<int> resources;
    for (const auto& lock : read<tally::model::LockList>(ListLocks{guid(session), own_only, kind}).locks)
      resources.push_back(lock.resource.bytes[15]);
    return resources;
  }
};

}  // namespace

TEST_CASE("a temporary lock is its session's, a check-out is the user's", "[engine]") {
  LockWorld world;
  CHECK(world.state_for(11) == Seen::free);
  REQUIRE(world.ask(set(11, 70)));
  CHECK(world.state_for(11) == Seen::locked_by_asker);
  CHECK(world.state_for(12) == Seen::locked);
  CHECK(world.refusal_of(set(12, 70)) == ErrorCode::locked);
  CHECK(world.refusal_of(set(21, 70, true)) == ErrorCode::locked);
  CHECK(world.refusal_of(clear(12, 70)) == ErrorCode::locked);

  REQUIRE(world.ask(set(11, 70, true)));
  CHECK(world.state_for(11) == Seen::checked_out_by_asker);
  CHECK(world.state_for(12) == Seen::checked_out_by_asker);
  CHECK(world.state_for(21) == Seen::checked_out);
  CHECK(world.read<tally::model::LockView>(ReadLock{guid(21), guid(70)}).owner == "DOM\\Ivanov");
  CHECK(world.ask(clear(12, 70)));
  CHECK(world.state_for(21) == Seen::free);
}

TEST_CASE("locking what one has locked changes nothing, and never weakens a check-out", "[engine]") {
  LockWorld world;
  REQUIRE(world.ask(set(11, 70)));
  REQUIRE(world.ask(set(11, 70)));
  CHECK(world.last_group.events.empty());
  REQUIRE(world.ask(set(11, 70, true)));
  REQUIRE(world.ask(set(11, 70, false)));
  CHECK(world.last_group.events.empty());
  REQUIRE(world.ask(EndSession{guid(11)}));
  CHECK(world.state_for(21) == Seen::checked_out);
}

TEST_CASE("temporary locks end with their session, in the same group, however it ends", "[engine]") {
  LockWorld world;
  REQUIRE(world.ask(set(11, 70)));
  REQUIRE(world.ask(set(11, 71)));
  REQUIRE(world.ask(set(11, 72, true)));
  const auto how = GENERATE(0, 1, 2);
  if (how == 0) REQUIRE(world.ask(EndSession{guid(11)}));
  if (how == 1) REQUIRE(world.ask(TerminateSession{.account = {}, .session = guid(11)}, administrator()));
  if (how == 2) {
    world.advance(idle_timeout);
    for (const int session : {1, 12, 21}) REQUIRE(world.ask(KeepAlive{guid(session)}));
    const auto draft = world.draft();
    CHECK(end_idle_sessions(*draft, world.settings) == 1);
    REQUIRE(world.commit(*draft));
  }
  CHECK(std::ranges::count(world.last_group.events, EventKind::unlocked, &tally::model::Event::kind) == 2);
  CHECK(std::ranges::count(world.last_group.events, EventKind::session_ended, &tally::model::Event::kind) == 1);
  CHECK(world.state_for(21, 70) == Seen::free);
  CHECK(world.state_for(21, 71) == Seen::free);
  CHECK(world.state_for(21, 72) == Seen::checked_out);
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("a dead client's temporary lock does not block a live one", "[engine]") {
  LockWorld world;
  REQUIRE(world.ask(set(11, 70)));
  world.advance(idle_timeout);
  CHECK(world.ask(set(21, 70)));
  CHECK(world.state.session(guid(11)) == nullptr);
  CHECK(world.state_for(21) == Seen::locked_by_asker);
}

TEST_CASE("only an administrator breaks somebody else's lock", "[engine]") {
  LockWorld world;
  const bool check_out = GENERATE(false, true);
  REQUIRE(world.ask(set(11, 70, check_out)));
  CHECK(world.refusal_of(clear(21, 70, true), petrov) == ErrorCode::access_denied);
  CHECK(world.refusal_of(clear(21, 70, false), administrator()) == ErrorCode::locked);
  CHECK(world.ask(clear(21, 70, true), administrator()));
  CHECK(world.last_group.events.at(0).reason == "forced");
  CHECK(world.state_for(11) == Seen::free);
  CHECK(world.ask(clear(21, 70, true), petrov));  // nothing to break
  CHECK(world.ask(EndSession{guid(11)}));
}

TEST_CASE("of a group what may be unlocked is, and the rest is told", "[engine]") {
  LockWorld world;
  REQUIRE(world.ask(set(11, 70)));
  REQUIRE(world.ask(set(11, 71, true)));
  REQUIRE(world.ask(set(21, 72)));
  const auto failed = [&](int session, bool force, const Caller& caller) {
    const auto outcome =
        world.ask(ClearLocks{guid(session), {guid(70), guid(71), guid(72), guid(73), guid(70)}, force}, caller);
    return std::get<tally::model::FailedItems>(*outcome).resources;
  };
  CHECK(failed(12, false, ivanov) == std::vector{guid(70), guid(72), guid(70)});
  CHECK(world.state_for(11, 71) == Seen::free);
  CHECK(failed(12, true, ivanov) == std::vector{guid(70), guid(72), guid(70)});
  CHECK(failed(12, true, administrator()).empty());
  CHECK(world.state_for(21, 72) == Seen::free);
  CHECK(world.refusal_of(ClearLocks{guid(11), std::vector(resources_per_command_max + 1, guid(70)), false}) ==
        ErrorCode::resource_limit);
}

TEST_CASE("a list has the account's locks, of one user or one kind if that is asked for", "[engine]") {
  LockWorld world;
  REQUIRE(world.ask(set(11, 70, false, ResourceKind::card)));
  REQUIRE(world.ask(set(12, 71, true, ResourceKind::file)));
  REQUIRE(world.ask(set(21, 72, true, ResourceKind::card)));
  CHECK(world.listed(11, false) == std::vector{70, 71, 72});
  CHECK(world.listed(11, true) == std::vector{70, 71});
  CHECK(world.listed(11, false, ResourceKind::card) == std::vector{70, 72});
  CHECK(world.listed(11, true, ResourceKind::card) == std::vector{70});
  CHECK(world.listed(11, true, ResourceKind::row).empty());
}

TEST_CASE("clearing what is free changes nothing", "[engine]") {
  LockWorld world;
  CHECK(world.ask(clear(11, 70)));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("a lock and its end are events with the resource", "[engine]") {
  LockWorld world;
  REQUIRE(world.ask(set(11, 70, true)));
  const auto locked = world.last_group.events.at(0);
  CHECK(locked.kind == EventKind::locked);
  CHECK(locked.resource == guid(70));
  CHECK(locked.user == "DOM\\Ivanov");
  CHECK(locked.reason == "checked_out");
  REQUIRE(world.ask(clear(12, 70)));
  const auto unlocked = world.last_group.events.at(0);
  CHECK(unlocked.kind == EventKind::unlocked);
  CHECK(unlocked.session == guid(12));
}

TEST_CASE("an account has a bounded number of locks", "[engine]") {
  LockWorld world;
  {
    const auto draft = world.draft();
    Request request;
    request.caller = ivanov;
    for (std::size_t count = 0; count < locks_max; ++count) {
      auto command = set(11, 0);
      command.resource.bytes[1] = static_cast<std::uint8_t>(count >> 16);
      command.resource.bytes[2] = static_cast<std::uint8_t>(count >> 8);
      command.resource.bytes[3] = static_cast<std::uint8_t>(count);
      request.command = command;
      REQUIRE(decide(*draft, world.settings, request));
    }
    REQUIRE(world.commit(*draft));
  }
  CHECK(world.refusal_of(set(21, 70)) == ErrorCode::resource_limit);
  CHECK(world.ask(EndSession{guid(11)}));
  CHECK(world.ask(set(21, 70)));
}

TEST_CASE("locks are for sessions that are open", "[engine]") {
  LockWorld world;
  for (const Command& command : std::initializer_list<Command>{
           set(99, 70), clear(99, 70), ClearLocks{guid(99), {}, false}, ReadLock{guid(99), guid(70)},
           ListLocks{guid(99), false, {}}, ReadProfile{guid(99), {}}, ReadProfileById{guid(99), guid(1)}}) {
    CAPTURE(command.index());
    CHECK(world.refusal_of(command) == ErrorCode::invalid_session);
  }
}
