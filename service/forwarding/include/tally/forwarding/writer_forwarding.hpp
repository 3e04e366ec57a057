#pragma once

#include <chrono>
#include <memory>

#include "tally/common/forwarding.hpp"
#include "tally/engine/writer.hpp"

namespace tally::forwarding {

/// Forwards over HTTP to the address that the writer advertises in the term row. Has one thread of its own, and keeps
/// connections for the next requests.
class WriterForwarding final : public common::Forwarding {
 public:
  /// `patience` is how long an answer is waited for. The engine's writer, which knows who writes instead of it, must
  /// outlive this.
  WriterForwarding(const engine::Writer& writer, std::chrono::milliseconds patience);
  ~WriterForwarding() override;

  /// Ends the thread: what is under way is never answered. To be called before the threads end that asked.
  void stop();

  [[nodiscard]] bool is_needed() const override;
  void forward(const http::Request& request, const common::Identity& identity, Done done) override;

 private:
  class Client;
  const engine::Writer& writer_;
  std::unique_ptr<Client> client_;
};

}  // namespace tally::forwarding
