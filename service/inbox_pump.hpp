#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "tally/engine/writer.hpp"
#include "tally/postgres/inbox.hpp"

namespace tally {

/// Brings what command lines file in the inbox to the writer; keeps the ledger's partitions made ahead while it is at
/// it. A thread of its own with a connection of its own; a lost database is tried again.
class InboxPump final : public engine::ReplySink {
 public:
  /// The writer must outlive the pump's thread, and be stopped before the pump is destroyed.
  InboxPump(std::string url, engine::Writer& writer);
  ~InboxPump() override;

  void stop();
  void deliver(std::vector<engine::Reply>&& replies) noexcept override;

 private:
  void run(const std::stop_token& stop);
  void pump(postgres::Inbox& inbox, const std::stop_token& stop);
  void submit(const postgres::FiledCommand& filed);

  const std::string url_;
  engine::Writer& writer_;
  std::mutex mutex_;
  std::condition_variable_any stopping_;
  std::set<model::InboxId> in_flight_;
  std::set<model::InboxId> unreadable_;
  std::jthread thread_;
};

}  // namespace tally
