#pragma once

#include <memory>
#include <string>

#include "tally/common/front.hpp"
#include "tally/common/identification.hpp"
#include "tally/common/operation_runner.hpp"
#include "tally/common/web_tokens.hpp"
#include "tally/config/options.hpp"

namespace tally::floating {

/// The interface of the LicenseSpring Floating Server, version 1: /api/v4/... and /auth. What is asked under /api/v5,
/// by which clients look for version 2, is not found here, and / says that the server is up. One object an I/O thread;
/// references must outlive it.
class FloatingDoor final : public common::Door {
 public:
  /// `tokens`: what a log-in gives is signed by them and must outlive the door; null: it is not signed.
  FloatingDoor(config::FloatingOptions options, const common::Identification& identification,
               std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness,
               const common::WebTokens* tokens = nullptr);
  ~FloatingDoor() override;

  [[nodiscard]] bool owns(std::string_view path) const override;
  [[nodiscard]] model::Access needed_for(const http::Request& request) const override;
  [[nodiscard]] bool needs_writer(const http::Request& request) const override;
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tally::floating
