#include <catch2/catch.hpp>

#include "tally/engine/settings_rules.hpp"
#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

tally::model::Setting setting(std::string name, std::string value, bool read_only = false) {
  return {.name = std::move(name), .type = "string", .value = std::move(value), .read_only = read_only};
}

const tally::model::Settings& settings_of(const World& world, int session) {
  return world.state.session(guid(session))->session.settings;
}

}  // namespace

TEST_CASE("a session's end gives back everything it holds, newest first, in the same group", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 5)})})};
  world.open(101);
  for (const int option : {1, 2, 1}) (void)world.ask(TakePlace{guid(101), guid(option)});
  REQUIRE(world.ask(EndSession{guid(101)}));
  const auto& events = world.last_group.events;
  REQUIRE(events.size() == 4);
  for (int i = 0; i < 3; ++i) CHECK(events[static_cast<std::size_t>(i)].kind == EventKind::given_back);
  CHECK(events[0].hold > events[1].hold);
  CHECK(events[1].hold > events[2].hold);
  CHECK(events[3].kind == EventKind::session_ended);
  CHECK(events[0].reason == "logout");
  REQUIRE(world.last_group.sessions_ended.size() == 1);
  CHECK(world.used(1) == 0);
  CHECK(world.used(2) == 0);
  CHECK(world.refusal_of(EndSession{guid(101)}) == ErrorCode::invalid_session);
}

TEST_CASE("every command on an unknown or ended session is refused", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  const auto id = guid(404);
  for (const Command& command :
       {Command{EndSession{id}}, Command{KeepAlive{id}}, Command{ReadSession{id}}, Command{ChangeSettings{id, {}}},
        Command{TakePlace{id, guid(1)}}, Command{GiveBack{id, guid(1)}}}) {
    CHECK(world.refusal_of(command) == ErrorCode::invalid_session);
  }
}

TEST_CASE("a log-in to an account that does not exist is refused", "[engine]") {
  World world{catalog({})};
  CHECK(world.refusal_of(OpenSession{.account = "other", .id = guid(1), .database = {}, .settings = {}}) ==
        ErrorCode::unknown_database);
}

TEST_CASE("two sessions never get one number", "[engine]") {
  World world{catalog({})};
  world.open(101);
  CHECK(world.refusal_of(OpenSession{.account = "default", .id = guid(101), .database = {}, .settings = {}}) ==
        ErrorCode::internal_failure);
  CHECK(world.state.sessions().size() == 1);
}

TEST_CASE("a keep-alive puts the idle end off and writes nothing", "[engine]") {
  World world{catalog({})};
  world.open(101);
  world.advance(idle_timeout - std::chrono::seconds{1});
  REQUIRE(world.ask(KeepAlive{guid(101)}));
  CHECK(world.last_group.events.empty());
  world.advance(std::chrono::seconds{1});
  const auto draft = world.draft();
  CHECK(end_idle_sessions(*draft, world.settings) == 0);
  world.advance(idle_timeout - std::chrono::seconds{1});
  const auto later = world.draft();
  CHECK(end_idle_sessions(*later, world.settings) == 1);
  REQUIRE(world.commit(*later));
  CHECK(world.last_group.events.back().reason == "idle");
  CHECK(world.state.sessions().empty());
}

TEST_CASE("the sweep ends at most 500 sessions a group, the longest silent first", "[engine]") {
  World world{catalog({})};
  for (int session = 0; session < 501; ++session) {
    world.open(1'000 + session);
    world.advance(std::chrono::microseconds{1});
  }
  world.advance(idle_timeout);
  const auto draft = world.draft();
  CHECK(end_idle_sessions(*draft, world.settings) == 500);
  REQUIRE(world.commit(*draft));
  REQUIRE(world.state.sessions().size() == 1);
  CHECK(world.state.session(guid(1'500)) != nullptr);
}

TEST_CASE("idle ends that are undone come back in their order", "[engine]") {
  World world{catalog({})};
  for (int session = 0; session < 20; ++session) {
    world.open(1'000 + session);
    world.advance(std::chrono::microseconds{1});
  }
  const auto line_of = [](const State& state) {
    std::vector<tally::model::SessionId> ids;
    for (const LiveSession* live : state.longest_silent_first()) ids.push_back(live->session.id);
    return ids;
  };
  const auto line = line_of(world.state);
  world.advance(idle_timeout);
  const auto draft = world.draft();
  CHECK(end_idle_sessions(*draft, world.settings) == 20);
  draft->undo();
  CHECK(line_of(world.state) == line);
}

TEST_CASE("one ends one's own session by its number, another's only as an administrator", "[engine]") {
  World world{catalog({})};
  for (const int session : {101, 102, 103}) world.open(session);
  CHECK_FALSE(world.refusal_of(TerminateSession{.account = {}, .session = guid(101)}));
  CHECK(world.refusal_of(TerminateSession{.account = {}, .session = guid(102)}, user("other")) ==
        ErrorCode::access_denied);
  CHECK(world.refusal_of(TerminateSession{.account = {}, .session = guid(404)}) == ErrorCode::access_denied);
  CHECK(world.refusal_of(TerminateSession{.account = {}, .session = guid(404)}, administrator()) ==
        ErrorCode::invalid_session);
  CHECK(world.refusal_of(TerminateSession{.account = "other", .session = guid(102)}, administrator()) ==
        ErrorCode::invalid_session);
  CHECK_FALSE(world.refusal_of(TerminateSession{.account = "default", .session = guid(102)}, administrator()));
  CHECK(world.last_group.events.back().reason == "terminated");
  CHECK(world.state.sessions().size() == 1);
}

TEST_CASE("sessions are listed for administrators only, by log-in", "[engine]") {
  World world{catalog({})};
  world.open(102);
  world.advance(std::chrono::seconds{1});
  world.open(101);
  CHECK(world.refusal_of(ListSessions{}) == ErrorCode::access_denied);
  const auto list = std::get<tally::model::SessionList>(*world.ask(ListSessions{}, administrator()));
  REQUIRE(list.sessions.size() == 2);
  CHECK(list.sessions[0].id == guid(102));
  CHECK(std::get<tally::model::SessionList>(*world.ask(ListSessions{"other"}, administrator())).sessions.empty());
}

TEST_CASE("the computer is what the client says, else where it came from", "[engine]") {
  World world{catalog({})};
  world.open(101, user(), {setting("computerNAME", "PC1"), setting("ComputerAddress", "1.2.3.4")});
  world.open(102, user(), {setting("ComputerName", ""), setting("ComputerAddress", "1.2.3.4")});
  world.open(103);
  CHECK(world.state.session(guid(101))->session.computer == "PC1");
  CHECK(world.state.session(guid(102))->session.computer == "1.2.3.4");
  CHECK(world.state.session(guid(103))->session.computer == "10.0.0.1");
}

TEST_CASE("settings are merged by name, without regard to case", "[engine]") {
  World world{catalog({})};
  world.open(101, user(), {setting("Color", "red"), setting("color", "blue")});
  REQUIRE(settings_of(world, 101).size() == 1);
  REQUIRE(world.ask(ChangeSettings{guid(101), {setting("COLOR", "green"), setting("Size", "1")}}));
  REQUIRE(settings_of(world, 101).size() == 2);
  CHECK(settings_of(world, 101)[0].value == "green");
  CHECK(settings_of(world, 101)[0].name == "Color");
  REQUIRE(world.ask(ChangeSettings{guid(101), {setting("Size", "1")}}));
  CHECK(world.last_group.settings_changed.empty());
}

TEST_CASE("of two changes of settings in one group the database gets the later, once", "[engine]") {
  World world{catalog({})};
  world.open(101);
  const auto draft = world.draft();
  Request request;
  for (const std::string value : {"1", "2"}) {
    request.command = ChangeSettings{guid(101), {setting("A", value)}};
    REQUIRE(decide(*draft, world.settings, request));
  }
  REQUIRE(draft->group().settings_changed.size() == 1);
  CHECK(draft->group().settings_changed.front().settings.front().value == "2");
}

TEST_CASE("settings that a client must not send are refused, and change nothing", "[engine]") {
  struct Bad {
    const char* name;
    tally::model::Settings settings;
  };
  tally::model::Settings many;
  for (int i = 0; i < 257; ++i) many.push_back(setting("S" + std::to_string(i), "x"));
  const auto bad = GENERATE_REF(values<Bad>({
      {"the server's own", {setting("serverTIME", "now")}},
      {"without a name", {setting("", "x")}},
      {"too long a name", {setting(std::string(129, 'n'), "x")}},
      {"too long values", {setting("A", std::string(40'000, 'v')), setting("B", std::string(40'000, 'v'))}},
      {"too many", many},
      {"one good and one bad", {setting("Good", "1"), setting("Features", "x")}},
  }));
  CAPTURE(bad.name);
  World world{catalog({})};
  CHECK(world.refusal_of(OpenSession{.account = "default", .id = guid(1), .database = {}, .settings = bad.settings}) ==
        ErrorCode::invalid_settings);
  world.open(101);
  CHECK(world.refusal_of(ChangeSettings{guid(101), bad.settings}) == ErrorCode::invalid_settings);
  CHECK(settings_of(world, 101).empty());
}

TEST_CASE("settings that grow past the limit by merging are refused", "[engine]") {
  World world{catalog({})};
  world.open(101, user(), {setting("A", std::string(40'000, 'v'))});
  CHECK(world.refusal_of(ChangeSettings{guid(101), {setting("B", std::string(40'000, 'v'))}}) ==
        ErrorCode::invalid_settings);
}

TEST_CASE("an echo of what the server told is left out", "[engine]") {
  World world{catalog({})};
  world.open(101, user(), {setting("ServerTime", "x", true), setting("Mine", "1")});
  REQUIRE(settings_of(world, 101).size() == 1);
  CHECK_FALSE(world.refusal_of(ChangeSettings{guid(101), {setting("ServerVersion", "5", true)}}));
  CHECK(settings_of(world, 101).size() == 1);
}

TEST_CASE("what is fixed at log-in stays", "[engine]") {
  World world{catalog({})};
  world.open(101, user(), {setting("ComputerName", "PC1"), setting("Locked", "1", true)});
  CHECK_FALSE(world.refusal_of(ChangeSettings{guid(101), {setting("computername", "PC1")}}));
  CHECK(world.refusal_of(ChangeSettings{guid(101), {setting("ComputerName", "PC2")}}) == ErrorCode::invalid_settings);
  CHECK(world.refusal_of(ChangeSettings{guid(101), {setting("ComputerAddress", "1.1.1.1")}}) ==
        ErrorCode::invalid_settings);
  CHECK(world.refusal_of(ChangeSettings{guid(101), {setting("Locked", "2")}}) == ErrorCode::invalid_settings);
  CHECK_FALSE(world.refusal_of(ChangeSettings{guid(101), {setting("ComputerName", "PC2", true)}}));
  CHECK(*value_of(settings_of(world, 101), "ComputerName") == "PC1");
}

TEST_CASE("a session's view names the earliest end of its valid licenses and each option once", "[engine]") {
  World probe;
  auto first = license(1, {feature(1, 1)});
  auto second = license(2, {feature(1, 7)});
  first.valid_until = probe.now.wall + std::chrono::hours{2};
  second.valid_until = probe.now.wall + std::chrono::hours{1};
  World world{catalog({first, second})};
  world.open(101);
  const auto view = std::get<tally::model::SessionView>(*world.ask(ReadSession{guid(101)}));
  REQUIRE(view.features.size() == 1);
  CHECK(view.features[0].maximum == tally::model::Quantity::units(7));
  CHECK(view.expires == second.valid_until);
}
