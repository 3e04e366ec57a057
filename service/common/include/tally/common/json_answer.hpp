#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tally/http/response.hpp"

namespace tally::common {

/// 200 with JSON, of which no copy is to be kept. `label` is what the access log calls the operation, and has static
/// storage.
[[nodiscard]] inline http::Response json_answer(std::string body, std::string_view label) {
  return {.status = 200,
          .content_type = "application/json",
          .cache_control = "no-store",
          .headers = {},
          .body = std::move(body),
          .label = label};
}

}  // namespace tally::common
