#include "floating_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

RemoveLicense remove(std::optional<std::int64_t> number = {}) { return {.license = name(number)}; }
InstallLicense install(std::optional<std::int64_t> number = {}) { return {.license = name(number)}; }

}  // namespace

TEST_CASE("a license that was taken off is known to nobody until it is installed again", "[engine]") {
  FloatingWorld world;
  (void)world.ask(use(42));
  CHECK(world.license(remove()).consumption.used == Quantity::units(42));
  CHECK(world.refusal_of(use(1)) == ErrorCode::unknown_product);
  CHECK(world.refusal_of(use(-1)) == ErrorCode::unknown_product);
  CHECK(world.refusal_of(enroll("anna")) == ErrorCode::unknown_product);
  CHECK(world.refusal_of(ReadLicenses{.license = name()}) == ErrorCode::unknown_product);
  CHECK(world.refusal_of(remove()) == ErrorCode::unknown_product);
  CHECK(world.license(install()).license.id.value == 1001);
  CHECK(world.view(use(1)).used == Quantity::units(43));
}

TEST_CASE("with a license its named users' places end, and each has its line in the ledger", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  (void)world.ask(enroll("anna", "f2"));
  (void)world.ask(lend("boris", world.now.wall + std::chrono::hours{24}));
  (void)world.ask(remove());
  CHECK(world.kinds() == std::vector{EventKind::given_back, EventKind::given_back, EventKind::given_back});
  CHECK(world.last_group.events.at(0).reason == "removed");
  CHECK(world.license(install()).users == Quantity{});
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("sessions keep what they hold of a license that was taken off, and can give it back", "[engine]") {
  FloatingWorld world{{license(1, {feature(1, 1)})}};
  world.open(101);
  (void)world.ask(TakePlace{guid(101), guid(1)});
  RemoveLicense command{.license = name({}, "P")};
  CHECK_FALSE(world.refusal_of(command));
  CHECK(world.used(1) == 1);
  CHECK(world.refusal_of(TakePlace{guid(101), guid(1)}) == ErrorCode::unknown_feature);
  CHECK_FALSE(world.refusal_of(GiveBack{guid(101), guid(1)}));
  CHECK(world.used(1) == 0);
  CHECK_FALSE(world.refusal_of(InstallLicense{.license = name({}, "P")}));
  CHECK_FALSE(world.refusal_of(TakePlace{guid(101), guid(1)}));
}

TEST_CASE("a license that is installed is the one added last; one that is there already stays where it is",
          "[engine]") {
  FloatingWorld world{{app(1001), app(1002)}};
  (void)world.ask(install(1001));
  CHECK(world.last_group.catalog == std::nullopt);
  CHECK(world.view(use(1)).license.value == 1002);
  (void)world.ask(remove(1001));
  CHECK(world.view(use(1)).license.value == 1002);
  (void)world.ask(install(1001));
  CHECK(world.view(use(1)).license.value == 1001);
}

TEST_CASE("what is to be taken off or installed is named as everywhere", "[engine]") {
  FloatingWorld world{{app(1001), app(1002)}};
  CHECK(world.license(remove()).license.id.value == 1002);
  auto by_key = install();
  by_key.license.key = "KEY-1002";
  CHECK(world.license(by_key).license.id.value == 1002);
  by_key.license.key = "KEY-0";
  CHECK(world.refusal_of(by_key) == ErrorCode::license_not_found);
  CHECK(world.refusal_of(install(7)) == ErrorCode::license_not_found);
  CHECK(world.refusal_of(remove(7)) == ErrorCode::license_not_found);
  CHECK(world.refusal_of(InstallLicense{.license = name({}, "nope")}) == ErrorCode::unknown_product);
  CHECK(world.refusal_of(RemoveLicense{.license = name({}, "nope")}) == ErrorCode::unknown_product);
  auto elsewhere = install();
  elsewhere.license.account = "nobody";
  CHECK(world.refusal_of(elsewhere) == ErrorCode::unknown_product);
}

TEST_CASE("an import leaves off what requests took off, unless the file says itself what is installed", "[engine]") {
  FloatingWorld world;
  (void)world.ask(remove());
  auto renamed = app();
  renamed.name = "Another name";
  REQUIRE(world.ask(import_of(catalog({renamed}), false, "2"), administrator()));
  CHECK(world.refusal_of(use(1)) == ErrorCode::unknown_product);
  auto said = app();
  said.installed = true;
  REQUIRE(world.ask(import_of(catalog({said}), false, "3"), administrator()));
  CHECK_FALSE(world.refusal_of(use(1)));
}

TEST_CASE("a start with the same file does not install what requests took off", "[engine]") {
  FloatingWorld world;
  const auto start = [&] {
    auto command = import_of(catalog({app()}), false, "file");
    command.unless_imported = true;
    REQUIRE(world.ask(command, administrator()));
  };
  start();
  (void)world.ask(remove());
  start();
  CHECK(world.refusal_of(use(1)) == ErrorCode::unknown_product);
  CHECK(world.state.catalog_hash() == "file");
}

TEST_CASE("where administrators are named only they take licenses off and install them", "[engine]") {
  FloatingWorld world;
  world.settings.administrators_are_named = true;
  CHECK(world.refusal_of(remove()) == ErrorCode::access_denied);
  CHECK(world.refusal_of(install()) == ErrorCode::access_denied);
  CHECK_FALSE(world.refusal_of(remove(), administrator()));
  CHECK_FALSE(world.refusal_of(install(), administrator()));
}

TEST_CASE("a removal that was not committed is as if it had not been", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  const auto before = dump(world.state);
  const auto draft = world.draft();
  Request request;
  request.command = remove();
  REQUIRE(decide(*draft, world.settings, request));
  draft->undo();
  CHECK(dump(world.state) == before);
}
