#include "outbox.hpp"

#include <algorithm>

namespace tally::engine {

void Outbox::put(ReplySink* sink, Reply reply) {
  if (sink == nullptr) return;
  auto batch = std::ranges::find(waiting_, sink, &std::pair<ReplySink*, std::vector<Reply>>::first);
  if (batch == waiting_.end()) batch = waiting_.insert(batch, {sink, {}});
  batch->second.push_back(std::move(reply));
}

void Outbox::deliver() {
  for (auto& [sink, replies] : std::exchange(waiting_, {})) sink->deliver(std::move(replies));
}

}  // namespace tally::engine
