#include <benchmark/benchmark.h>

#include "counted_world.hpp"
#include "group_statements.hpp"

namespace tally::bench {
namespace {

/// A group of takes to the parameters of its statement.
void group_becomes_parameters(benchmark::State& state) {
  storage::Group group;
  for (std::int64_t i = 1; i <= state.range(0); ++i) {
    group.events.push_back({.token = {i},
                            .door = model::Door::soap,
                            .counter = {i},
                            .session = session_of(static_cast<std::size_t>(i)),
                            .user = "anonymous",
                            .hold = {i},
                            .quantity = model::Quantity::units(1),
                            .used_after = model::Quantity::units(1),
                            .gross_after = model::Quantity::units(i),
                            .balance_after = model::Quantity::units(9),
                            .reason = {}});
  }
  postgres::Parameters parameters;
  for (auto _ : state) {
    constexpr std::uint32_t any_type = 16'384;
    postgres::for_each_statement(group, any_type, parameters, [](const char*, postgres::Parameters& filled) {
      benchmark::DoNotOptimize(filled.values());
    });
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(group_becomes_parameters)->Arg(1)->Arg(64)->Arg(512);

}  // namespace
}  // namespace tally::bench
