#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tally/http/handler.hpp"

namespace tally::common {

/// One of the interfaces that Tally speaks.
class Door : public http::Handler {
 public:
  /// Whether a path is this door's.
  [[nodiscard]] virtual bool owns(std::string_view path) const = 0;
};

/// Why the service can't take commands now; absent when it can. Thread-safe.
using Readiness = std::function<std::optional<std::string>()>;

/// Shows each request to the door whose path it asks for; answers /health itself and everything else with 404.
class Front final : public http::Handler {
 public:
  Front(std::vector<std::unique_ptr<Door>> doors, Readiness readiness);

  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  [[nodiscard]] Door* door_for(std::string_view path) const;
  [[nodiscard]] http::Response health(const http::Request& request) const;

  std::vector<std::unique_ptr<Door>> doors_;
  Readiness readiness_;
};

}  // namespace tally::common
