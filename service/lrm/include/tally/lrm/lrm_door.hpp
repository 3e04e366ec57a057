#pragma once

#include <memory>

#include "tally/common/front.hpp"
#include "tally/common/identification.hpp"
#include "tally/common/operation_runner.hpp"

namespace tally::lrm {

/// UiPath's license resource manager, /lrm/api: gives tenants' services of what their accounts own. Of the license
/// accountant, /lease_/api, it knows that it is not built. One object an I/O thread; references must outlive it.
class LrmDoor final : public common::Door {
 public:
  LrmDoor(const common::Identification& identification, std::unique_ptr<common::OperationRunner> runner);
  ~LrmDoor() override;

  [[nodiscard]] bool owns(std::string_view path) const override;
  [[nodiscard]] model::Access needed_for(const http::Request& request) const override;
  [[nodiscard]] bool needs_writer(const http::Request& request) const override;
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tally::lrm
