#include "numbers_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::Profile;

TEST_CASE("a user is known to an account from the first log-in on, in the spelling of it", "[engine]") {
  World world{catalog({license(1, {})})};
  world.open(1, user("DOM\\Ivanov"));
  CHECK(world.last_group.new_profiles.size() == 1);
  world.open(2, user("dom\\IVANOV"));
  CHECK(world.last_group.new_profiles.empty());
  const auto read = [&](const std::string& name) {
    return std::get<Profile>(std::get<tally::model::Reading>(*world.ask(ReadProfile{guid(2), name})));
  };
  const Profile known{.account = "default", .user = "DOM\\Ivanov", .id = profile_of("DOM\\Ivanov")};
  CHECK(read("") == known);
  CHECK(read("Dom\\ivanov") == known);
  CHECK(std::get<Profile>(std::get<tally::model::Reading>(*world.ask(ReadProfileById{guid(1), known.id}))) == known);
  CHECK(world.refusal_of(ReadProfile{guid(1), "DOM\\petrov"}) == ErrorCode::unknown_user);
  CHECK(world.refusal_of(ReadProfileById{guid(1), guid(1)}) == ErrorCode::unknown_user);
  REQUIRE(world.ask(EndSession{guid(1)}));
  CHECK(read("DOM\\Ivanov") == known);
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("another account does not know the user", "[engine]") {
  auto two = catalog({license(1, {})});
  two.accounts.push_back({.id = "other", .name = "Other", .licenses = {}, .tenants = {}, .products = {}});
  World world{two};
  world.open(1, user("DOM\\Ivanov"));
  REQUIRE(world.ask(OpenSession{"other", guid(2), {}, {}, profile_of("x")}, user("x")));
  CHECK(world.refusal_of(ReadProfile{guid(2), "DOM\\Ivanov"}) == ErrorCode::unknown_user);
  CHECK(world.refusal_of(ReadProfileById{guid(2), profile_of("DOM\\Ivanov")}) == ErrorCode::unknown_user);
}

TEST_CASE("a log-in of a group that failed makes nobody known", "[engine]") {
  World world{catalog({license(1, {})})};
  const auto draft = world.draft();
  Request request;
  request.caller = user("DOM\\Ivanov");
  request.command = OpenSession{"default", guid(1), {}, {}, profile_of("DOM\\Ivanov")};
  REQUIRE(decide(*draft, world.settings, request));
  draft->undo();
  world.open(2, user("x"));
  CHECK(world.refusal_of(ReadProfile{guid(2), "DOM\\Ivanov"}) == ErrorCode::unknown_user);
}
