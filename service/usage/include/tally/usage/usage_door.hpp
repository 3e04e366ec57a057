#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tally/common/front.hpp"
#include "tally/common/identification.hpp"
#include "tally/common/operation_runner.hpp"
#include "tally/usage/ledger_desk.hpp"

namespace tally::usage {

/// Told why the ledger did not answer; on any thread.
using ReportSilence = std::function<void(const std::string& what)>;

/// What 4D's commands `License usage` and `License info` tell, as JSON: /api/license-usage and /api/license-info, read
/// from the ledger, so that a stand-by answers, too. Under /api/sessions 4D-style programs open sessions and take
/// places. One object an I/O thread; references must outlive it.
class UsageDoor final : public common::Door {
 public:
  UsageDoor(http::IoThread& thread, LedgerDesk& desk, ReportSilence report_silence,
            const common::Identification& identification, std::unique_ptr<common::OperationRunner> runner);
  ~UsageDoor() override;

  [[nodiscard]] bool owns(std::string_view path) const override;
  [[nodiscard]] model::Access needed_for(const http::Request& request) const override;
  [[nodiscard]] bool needs_writer(const http::Request& request) const override;
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tally::usage
