#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tally/common/front.hpp"
#include "tally/common/identification.hpp"
#include "tally/common/operation_runner.hpp"

namespace tally::soap {

/// What the door needs to know besides the envelopes.
struct SoapDoorOptions {
  std::map<std::string, model::AccountId> databases;  ///< alias -> account; while empty, every alias means `default`
  std::string server_version;
};

/// The StorageServer interface at .../StorageServer/StorageServerService.asmx: SOAP 1.1 and 1.2, `?WSDL`, the help
/// page. One object an I/O thread; references must outlive it.
class SoapDoor final : public common::Door {
 public:
  SoapDoor(SoapDoorOptions options, const common::Identification& identification,
           std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness);
  ~SoapDoor() override;

  [[nodiscard]] bool owns(std::string_view path) const override;
  /// Pages are any Tally's to show.
  [[nodiscard]] model::Access needed_for(const http::Request& request) const override;
  [[nodiscard]] bool needs_writer(const http::Request& request) const override {
    return request.method == http::Method::post;
  }
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tally::soap
