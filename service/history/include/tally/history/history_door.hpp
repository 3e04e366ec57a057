#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tally/common/front.hpp"
#include "tally/history/history_desk.hpp"

namespace tally::history {

struct HistoryRequest;

/// How much was used over time, as JSON and CSV: /api/history (docs/history.md), from sums of the ledger, so that a
/// stand-by answers, too. One object an I/O thread; references must outlive it.
class HistoryDoor final : public common::Door {
 public:
  /// `report_silence` is told why the ledger did not answer; on any thread.
  HistoryDoor(http::IoThread& thread, HistoryDesk& desk, const common::Identification& identification,
              std::function<void(const std::string& what)> report_silence);

  [[nodiscard]] bool owns(std::string_view path) const override;
  [[nodiscard]] model::Access needed_for(const http::Request&) const override { return model::Access::read; }
  [[nodiscard]] bool needs_writer(const http::Request&) const override { return false; }
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  struct Counted {};
  struct Reading;

  http::Response begin(storage::HistoryLedger& ledger, const HistoryRequest& request,
                       std::shared_ptr<const Counted> counted);
  void go_on(const std::shared_ptr<Reading>& reading, http::PartTaker take);

  http::IoThread& thread_;
  HistoryDesk& desk_;
  const common::Identification& identification_;
  std::shared_ptr<const Counted> counted_;
  std::function<void(const std::string& what)> report_silence_;
};

}  // namespace tally::history
