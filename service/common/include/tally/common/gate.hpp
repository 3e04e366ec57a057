#pragma once

#include <functional>
#include <optional>

#include "tally/http/request.hpp"
#include "tally/model/access.hpp"

namespace tally::common {

/// Whom requests must pass before a door sees them. One thread.
class Gate {
 public:
  virtual ~Gate() = default;

  /// The status of the refusal: 401 nobody known, 403 not this, 429 too many attempts, 503 not now. Absent: come in.
  using Then = std::move_only_function<void(std::optional<unsigned> refusal)>;

  /// Calls `then` once, at once or later on the same thread. The request must exist until then.
  virtual void admit(const http::Request& request, model::Access needed, Then then) = 0;
};

}  // namespace tally::common
