#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;
using tally::model::ProductQuantity;
using tally::model::Quantity;

namespace {

constexpr auto units = &Quantity::units;

/// The account of the sample catalogue, and an agent unit that is consumable.
tally::model::Catalog delilah(std::int64_t robots = 5) {
  auto all = catalog({});
  all.accounts.push_back({.id = "d",
                          .name = "Delilah",
                          .licenses = {},
                          .tenants = {},
                          .products = {{.code = "UNATT", .quantity = units(robots), .type = "STANDARD"},
                                       {.code = "NONPR", .quantity = units(4), .type = "STANDARD"},
                                       {.code = "AGU", .quantity = units(1), .type = "CONSUMPTION_INTERVAL"}}});
  return all;
}

Allot give(std::vector<ProductQuantity> quantities, const std::string& scope = "t1",
           const std::string& service = "orchestrator") {
  return {.holder = {.account = "d", .scope = scope, .service = service}, .quantities = std::move(quantities)};
}
RemoveAllotments take_away(const std::string& scope, std::optional<std::string> service = {}) {
  return {.account = "d", .scope = scope, .service = std::move(service)};
}

class Accounts : public World {
 public:
  Accounts() : World{delilah()} {}

  const Counter& counter(const std::string& code) const { return *state.counter_of_product("d", code); }
  /// What a service has, as "CODE=quantity", in the order of the codes.
  std::string has(const std::string& scope = "t1", const std::string& service = "orchestrator") const {
    std::string all;
    const auto& holders = state.allotments().by_holder();
    const auto of_holder = holders.find({"d", scope, service});
    if (of_holder == holders.end()) return all;
    for (const auto& [code, id] : of_holder->second) {
      const auto quantity = state.allotments().find(id)->quantity;
      if (quantity > Quantity{}) all += (all.empty() ? "" : " ") + code + "=" + to_string(quantity);
    }
    return all;
  }
  /// What tenants have of each product together is what the account's counter says, here and after a start.
  void check_sums() const {
    for (const auto& [id, counter] : state.counters()) {
      Quantity sum;
      for (const auto& [own, allotment] : state.allotments().all()) {
        if (allotment.parent == id) sum += allotment.quantity;
      }
      CHECK(counter.used == sum);
    }
    CHECK(dump(reloaded()) == dump(state));
  }
  std::string refused_product(Command command) {
    const auto outcome = ask(std::move(command));
    return outcome ? "granted" : outcome.error().product;
  }
};

}  // namespace

TEST_CASE("a quantity is the new total, not an addition", "[engine]") {
  Accounts world;
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(3)}})));
  CHECK(world.last_group.events.at(0).kind == EventKind::allotted);
  CHECK(world.last_group.events.at(0).quantity == units(3));
  CHECK(world.last_group.events.at(0).balance_after == units(2));
  CHECK(world.last_group.events.at(0).reason == "t1/orchestrator");
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(4)}})));
  CHECK(world.has() == "UNATT=4");
  CHECK(world.counter("UNATT").used == units(4));
  CHECK(world.counter("UNATT").gross == units(4));
  world.check_sums();
}

TEST_CASE("what is not named becomes nothing within one service, and stays in every other", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(2)}, {"NONPR", units(1)}}));
  (void)world.ask(give({{"NONPR", units(2)}}, "t1", "testmanager"));
  (void)world.ask(give({{"NONPR", units(1)}}, "t2"));
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(1)}})));
  CHECK(world.has() == "UNATT=1");
  CHECK(world.has("t1", "testmanager") == "NONPR=2");
  CHECK(world.has("t2") == "NONPR=1");
  world.check_sums();
}

TEST_CASE("without products nothing changes, and the answer tells what the service has", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(2)}}));
  const auto outcome = world.ask(give({}));
  CHECK(world.last_group.events.empty());
  REQUIRE(outcome);
  const auto& license = std::get<tally::model::ServiceLicense>(*outcome);
  REQUIRE(license.products.size() == 1);
  CHECK(license.products[0].type == "STANDARD");
  CHECK(license.products[0].quantity == units(2));
}

TEST_CASE("a repeat changes nothing and writes nothing", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(2)}}));
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(2)}})));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("nobody gets what other tenants have, and a refused request changes nothing of what it names", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(3)}}, "t2"));
  (void)world.ask(give({{"NONPR", units(1)}}));
  CHECK(world.refused_product(give({{"NONPR", units(4)}, {"UNATT", units(3)}})) == "UNATT");
  CHECK(world.last_group.events.at(0).kind == EventKind::refused);
  CHECK(world.last_group.events.at(0).reason == "limit");
  CHECK(world.has() == "NONPR=1");
  CHECK_FALSE(world.refusal_of(give({{"NONPR", units(4)}, {"UNATT", units(2)}})));
  world.check_sums();
}

TEST_CASE("what one service gives up in a request is there for nobody before it is granted", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(5)}}));
  CHECK(world.refusal_of(give({{"UNATT", units(1)}}, "t2")) == ErrorCode::product_limit);
  (void)world.ask(give({{"UNATT", units(4)}}));
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(1)}}, "t2")));
  world.check_sums();
}

TEST_CASE("of a product that the account does not own there is nothing to be had, and nothing to be given up",
          "[engine]") {
  Accounts world;
  CHECK(world.refusal_of(give({{"unatt", units(1)}})) == ErrorCode::product_limit);
  CHECK(world.refused_product(give({{"unatt", units(1)}})) == "unatt");
  CHECK_FALSE(world.refusal_of(give({{"unatt", {}}})));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("an account that owns nothing has no license to give of", "[engine]") {
  Accounts world;
  Allot command = give({{"UNATT", units(1)}});
  command.holder.account = GENERATE("nobody", "default");
  CHECK(world.refusal_of(command) == ErrorCode::no_account_license);
  CHECK(world.refusal_of(RemoveAllotments{.account = command.holder.account, .scope = "t1", .service = {}}) ==
        ErrorCode::no_account_license);
  CHECK(world.refusal_of(ReadOwnedProducts{command.holder.account}) == ErrorCode::no_account_license);
}

TEST_CASE("parts of a unit are for what is consumable alone, and add up exactly", "[engine]") {
  Accounts world;
  const auto tenths = [](std::int64_t count) { return Quantity::from_millionths(count * 100'000); };
  CHECK(world.refusal_of(give({{"UNATT", tenths(5)}})) == ErrorCode::invalid_quantity);
  CHECK_FALSE(world.refusal_of(give({{"AGU", tenths(1)}}, "t1")));
  CHECK_FALSE(world.refusal_of(give({{"AGU", tenths(2)}}, "t2")));
  CHECK(world.counter("AGU").used == tenths(3));
  CHECK(world.refusal_of(give({{"AGU", tenths(8)}}, "t3")) == ErrorCode::product_limit);
  CHECK_FALSE(world.refusal_of(give({{"AGU", tenths(7)}}, "t3")));
  for (const auto* scope : {"t1", "t2", "t3"}) CHECK_FALSE(world.refusal_of(give({{"AGU", {}}}, scope)));
  CHECK(world.counter("AGU").used == Quantity{});
  world.check_sums();
}

TEST_CASE("what is removed is there for others, of one service or of all of a tenant's", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(2)}}));
  (void)world.ask(give({{"UNATT", units(1)}, {"NONPR", units(1)}}, "t1", "testmanager"));
  (void)world.ask(give({{"UNATT", units(2)}}, "t10"));
  CHECK_FALSE(world.refusal_of(take_away("t1", "orchestrator")));
  CHECK(world.has().empty());
  CHECK(world.has("t1", "testmanager") == "NONPR=1 UNATT=1");
  CHECK_FALSE(world.refusal_of(take_away("t1")));
  CHECK(world.has("t1", "testmanager").empty());
  CHECK(world.has("t10") == "UNATT=2");
  CHECK_FALSE(world.refusal_of(take_away("t1")));
  CHECK(world.last_group.events.empty());
  world.check_sums();
}

TEST_CASE("those that have nothing are not told when all are read", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(1)}}, "t1", "b"));
  (void)world.ask(give({{"UNATT", units(1)}}, "t1", "a"));
  (void)world.ask(give({{"UNATT", units(1)}}, "t2", "a"));
  (void)world.ask(take_away("t1", "b"));
  const auto read = [&](ReadAllotments command) {
    const auto outcome = world.ask(std::move(command));
    std::string all;
    for (const auto& license : std::get<tally::model::ServiceLicenses>(std::get<tally::model::Reading>(*outcome)))
      all += license.holder.scope + "/" + license.holder.service + " ";
    return all;
  };
  CHECK(read({.account = "d", .scope = {}, .service = {}}) == "t1/a t2/a ");
  CHECK(read({.account = "d", .scope = "t2", .service = {}}) == "t2/a ");
  CHECK(read({.account = {}, .scope = "t1", .service = "a"}) == "t1/a ");
  CHECK(read({.account = "d", .scope = "t1", .service = "b"}).empty());
  CHECK(read({.account = "nobody", .scope = {}, .service = {}}).empty());
}

TEST_CASE("a catalogue that owns less than tenants have is imported by force, and then only less is granted",
          "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(4)}}));
  CHECK(world.refusal_of(import_of(delilah(3)), administrator()) == ErrorCode::catalog_conflict);
  CHECK_FALSE(world.refusal_of(import_of(delilah(3), true), administrator()));
  CHECK(world.has() == "UNATT=4");
  CHECK(world.refusal_of(give({{"UNATT", units(5)}})) == ErrorCode::product_limit);
  CHECK(world.refusal_of(give({{"UNATT", units(1)}}, "t2")) == ErrorCode::product_limit);
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(4)}})));
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(2)}})));
  CHECK_FALSE(world.refusal_of(give({{"UNATT", units(1)}}, "t2")));
  world.check_sums();
}

TEST_CASE("what a product that left the catalogue was given of can still be given up", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(4)}, {"NONPR", units(1)}}));
  auto without = delilah();
  without.accounts[1].products.erase(without.accounts[1].products.begin());
  CHECK_FALSE(world.refusal_of(import_of(without, true), administrator()));
  CHECK(world.has() == "NONPR=1 UNATT=4");
  CHECK_FALSE(world.refusal_of(give({{"NONPR", units(2)}})));
  CHECK(world.has() == "NONPR=2");
  world.check_sums();
}

TEST_CASE("a group that is not committed leaves nothing of what it allotted", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(1)}}));
  const std::string before = dump(world.state);
  const auto draft = world.draft();
  for (const auto& command : {give({{"UNATT", units(3)}, {"NONPR", units(1)}}), give({{"UNATT", units(2)}}, "t2")}) {
    Request request;
    request.command = command;
    request.caller = user();
    CHECK(decide(*draft, world.settings, request));
  }
  CHECK(dump(world.state) != before);
  draft->undo();
  CHECK(dump(world.state) == before);
}

TEST_CASE("a counter's number is never given to another", "[engine]") {
  Accounts world;
  (void)world.ask(give({{"UNATT", units(1)}}));
  const auto own = world.state.allotments().find({"d", "t1", "orchestrator"}, "UNATT")->id;
  (void)world.ask(take_away("t1"));
  (void)world.ask(give({{"UNATT", units(1)}}, "t2"));
  CHECK(world.state.allotments().find({"d", "t2", "orchestrator"}, "UNATT")->id > own);
  (void)world.ask(give({{"UNATT", units(1)}}));
  CHECK(world.state.allotments().find({"d", "t1", "orchestrator"}, "UNATT")->id == own);
  CHECK(world.state.counter(own) == nullptr);
}
