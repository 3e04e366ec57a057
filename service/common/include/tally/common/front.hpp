#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tally/common/forwarding.hpp"
#include "tally/common/gate.hpp"
#include "tally/common/identification.hpp"
#include "tally/http/handler.hpp"

namespace tally::common {

/// One of the interfaces that Tally speaks.
class Door : public http::Handler {
 public:
  /// Whether a path is this door's.
  [[nodiscard]] virtual bool owns(std::string_view path) const = 0;
  /// What the request needs of who sends it, whether or not it can be answered. Doors without secrets are open.
  [[nodiscard]] virtual model::Access needed_for(const http::Request& request) const = 0;
  /// Whether only the Tally that writes can answer; the others are answered by a stand-by itself.
  [[nodiscard]] virtual bool needs_writer(const http::Request& request) const = 0;
};

/// Why the service can't take commands now; absent when it can. Thread-safe.
using Readiness = std::function<std::optional<std::string>()>;

/// Shows each request that passes the gate to the door whose path it asks for; answers /health itself and everything
/// else with 404. While this Tally stands by, what needs the writer is forwarded to it, once: a request that was
/// forwarded before, or whose forwarder is not to be believed, is busy.
class Front final : public http::Handler {
 public:
  /// All references must outlive the front, and so must the thread what is being forwarded. `gate`: null lets everybody
  /// in. It outlives the doors.
  Front(http::IoThread& thread, std::unique_ptr<Gate> gate, std::vector<std::unique_ptr<Door>> doors,
        const Identification& identification, Forwarding& forwarding, Readiness readiness);

  void handle(const http::Request& request, http::Responder responder) override;
  http::Response refuse(unsigned status, std::string_view path) override;

 private:
  [[nodiscard]] Door* door_for(std::string_view path) const;
  void let_in(Door& door, const http::Request& request, http::Responder responder);
  void forward(Door& door, const http::Request& request, http::Responder responder);
  [[nodiscard]] http::Response health(const http::Request& request) const;

  http::IoThread& thread_;
  std::unique_ptr<Gate> gate_;
  std::vector<std::unique_ptr<Door>> doors_;
  const Identification& identification_;
  Forwarding& forwarding_;
  Readiness readiness_;
};

}  // namespace tally::common
