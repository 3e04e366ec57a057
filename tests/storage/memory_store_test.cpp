// The contract's memory side.

#include <catch2/catch.hpp>

#include "store_under_test.hpp"
#include "tally/memory/memory_ledger.hpp"

namespace tally::storage::test {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
  std::unique_ptr<Ledger> connect() override { return std::make_unique<memory::MemoryLedger>(store_); }
  void let_term_end() override { store_.end_term(); }

 private:
  memory::MemoryStore store_;
};

}  // namespace

std::unique_ptr<StoreUnderTest> make_store() { return std::make_unique<MemoryUnderTest>(); }

}  // namespace tally::storage::test

TEST_CASE("while a term lives nobody else opens", "[storage]") {
  const auto store = tally::storage::test::make_store();
  const tally::storage::test::Hand hand{*store, tally::storage::test::start()};
  const auto other = store->connect();
  const auto result = other->open(tally::storage::test::term, tally::storage::test::start(), {});
  REQUIRE(std::holds_alternative<tally::storage::AnotherWriter>(result));
  CHECK(std::get<tally::storage::AnotherWriter>(result).advertise == "http://here");
}
