#include "store_under_test.hpp"

#include <catch2/catch.hpp>

namespace tally::storage::test {

using model::Quantity;

Hand::Hand(StoreUnderTest& store, model::Instant now) : ledger{store.connect()} {
  auto result = ledger->open(term, now, {});
  if (const auto* unavailable = std::get_if<Unavailable>(&result)) FAIL(unavailable->what);
  if (const auto* unusable = std::get_if<Unusable>(&result)) FAIL(unusable->what);
  REQUIRE(std::holds_alternative<Opened>(result));
  auto& opened = std::get<Opened>(result);
  snapshot = std::move(opened.snapshot);
  last = opened.opening;
  epoch = {opened.opening.value};
  token = snapshot.last_token;
}

Group Hand::next(model::Instant at) const {
  Group group;
  group.number = last.next();
  group.epoch = epoch;
  group.last_token = token;
  group.at = at;
  return group;
}

std::vector<Group> Hand::chain(int count) const {
  std::vector<Group> groups;
  for (int i = 0; i < count; ++i) {
    groups.push_back(next(start()));
    if (i > 0) groups.back().number = groups[groups.size() - 2].number.next();
    groups.back().sessions_opened = {session(i + 1)};
  }
  return groups;
}

CommitResult Hand::commit(const Group& group) {
  ledger->send(group);
  auto result = receive();
  if (std::holds_alternative<Committed>(result)) {
    last = group.number;
    token = group.last_token;
  }
  return result;
}

CommitResult Hand::receive() const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (std::chrono::steady_clock::now() < until) {
    auto result = ledger->receive(std::chrono::milliseconds{100});
    if (!std::holds_alternative<StillWaiting>(result)) return result;
  }
  return StillWaiting{};
}

void Hand::put(const Group& group) {
  const auto result = commit(group);
  if (const auto* refused = std::get_if<RefusedForItsData>(&result)) FAIL(refused->what);
  if (const auto* failed = std::get_if<NotCommitted>(&result)) FAIL(failed->what);
  REQUIRE(std::holds_alternative<Committed>(result));
}

Hand reopened(StoreUnderTest& store, Hand& present) {
  present.ledger.reset();
  store.let_term_end();
  return Hand{store, start()};
}

model::Instant start() {
  return model::Instant{std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())};
}

model::Guid guid(int number) {
  model::Guid guid;
  guid.bytes[0] = 0xbb;
  guid.bytes[15] = static_cast<std::uint8_t>(number);
  return guid;
}

model::Session session(int number) {
  return {.id = guid(number),
          .account = "default",
          .user = "ДОМ\\Иванов",
          .database = "База",
          .computer = "ПК-1",
          .address = "10.0.0.1",
          .login_time = start(),
          .last_contact = start(),
          .offline = false,
          .settings = {{.name = "Имя", .type = "string", .value = "\"quoted\" \\ значение\n\t😀", .read_only = true}}};
}

model::Event event(model::Token token, model::EventKind kind, int session, std::int64_t counter) {
  model::Event event{.token = token,
                     .kind = kind,
                     .door = model::Door::soap,
                     .counter = {counter},
                     .session = guid(session),
                     .user = "Иванов",
                     .quantity = Quantity::units(1),
                     .used_after = Quantity::units(1),
                     .gross_after = Quantity::units(3),
                     .balance_after = Quantity::from_millionths(4'500'000),
                     .reason = {}};
  if (kind == model::EventKind::granted) event.hold = token;
  return event;
}

CatalogChange some_catalog() {
  model::License license{.id = {1}, .product = "Продукт", .name = "Лицензия", .key = {}, .type = "perpetual"};
  for (int number = 1; number <= 2; ++number) {
    model::Feature feature;
    feature.id = guid(200 + number);
    feature.code = "F" + std::to_string(number);
    feature.name = "Опция " + std::to_string(number);
    if (number == 1) feature.maximum = Quantity::units(5);
    license.features.push_back(feature);
  }
  CatalogChange change;
  change.catalog.accounts.push_back(
      {.id = "default", .name = "По умолчанию", .licenses = {license}, .tenants = {}, .products = {}});
  for (int number = 1; number <= 2; ++number) {
    change.counters.push_back({.id = {number},
                               .account = "default",
                               .license = {1},
                               .feature = "F" + std::to_string(number),
                               .kind = model::CounterKind::floating,
                               .option = guid(200 + number)});
  }
  change.file_hash = "hash";
  return change;
}

}  // namespace tally::storage::test
