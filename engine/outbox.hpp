#pragma once

#include <utility>
#include <vector>

#include "tally/engine/command.hpp"

namespace tally::engine {

/// Answers that may leave, until they do. Belongs to one thread.
class Outbox {
 public:
  /// `sink` may be null: then nobody asked.
  void put(ReplySink* sink, Reply reply);
  /// One vector for each thread that asked.
  void deliver();

 private:
  std::vector<std::pair<ReplySink*, std::vector<Reply>>> waiting_;
};

}  // namespace tally::engine
