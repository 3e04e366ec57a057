#include <benchmark/benchmark.h>

#include "counted_world.hpp"
#include "fold.hpp"
#include "tally/engine/decide.hpp"

namespace tally::bench {
namespace {

constexpr std::size_t group_size = 64;
constexpr model::Now noon{.wall = std::chrono::sys_days{std::chrono::year{2030} / 1 / 1}, .monotonic = {}};

/// Groups of takes and givings back in turn, of one option or each of another.
class Groups {
 public:
  explicit Groups(bool hot) : hot_{hot} {}

  void decide_one(engine::Draft& draft) {
    for (std::size_t at = 0; at < group_size; at += 2) {
      next_ = (next_ + 7919) % world_size;
      const std::size_t option = hot_ ? 0 : next_;
      benchmark::DoNotOptimize(decide(draft, settings_, take(next_, option)));
      benchmark::DoNotOptimize(decide(draft, settings_, give_back(next_, option)));
    }
  }

 private:
  const bool hot_;
  const engine::RuleSettings settings_;
  std::size_t next_ = 0;
};

void per_command(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(group_size));
}

void group_is_decided(benchmark::State& state, bool hot) {
  engine::State world = counted_world(noon);
  Groups groups{hot};
  std::int64_t number = 0;
  for (auto _ : state) {
    engine::Draft draft{world, noon, {++number}, {1}};
    groups.decide_one(draft);
    benchmark::DoNotOptimize(draft.group());
  }
  per_command(state);
}
BENCHMARK_CAPTURE(group_is_decided, spread, false);
BENCHMARK_CAPTURE(group_is_decided, hot, true);

void group_is_decided_and_undone(benchmark::State& state) {
  engine::State world = counted_world(noon);
  Groups groups{false};
  for (auto _ : state) {
    engine::Draft draft{world, noon, {1}, {1}};
    groups.decide_one(draft);
    draft.undo();
  }
  per_command(state);
}
BENCHMARK(group_is_decided_and_undone);

/// What a second of load leaves: a thousand places that are held, folded in one portion.
void portion_is_folded(benchmark::State& state) {
  constexpr std::size_t places = 1'000;
  engine::State world = counted_world(noon);
  const engine::RuleSettings settings;
  engine::Draft draft{world, noon, {1}, {1}};
  for (std::size_t at = 0; at < places; ++at) benchmark::DoNotOptimize(decide(draft, settings, take(at, at)));
  for (auto _ : state) {
    engine::Fold fold;
    fold.committed(draft.group());
    benchmark::DoNotOptimize(fold.next_portion(world, {2}, {1}, 2 * places));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(places));
}
BENCHMARK(portion_is_folded);

}  // namespace
}  // namespace tally::bench

BENCHMARK_MAIN();
