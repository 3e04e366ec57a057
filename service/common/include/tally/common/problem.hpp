#pragma once

#include <string_view>

#include "tally/http/response.hpp"
#include "tally/model/answer.hpp"

namespace tally::common {

/// What a problem document (RFC 9457, `application/problem+json`) tells besides its type, which is always
/// `about:blank`.
struct Problem {
  unsigned status = 500;
  std::string_view code;               ///< our word for what is wrong, for programs; never reused
  std::string_view title;              ///< what the code means, whatever the request
  std::string_view detail = {};        ///< what was wrong with this request; empty: nothing more is known
  std::string_view product_code = {};  ///< the product at fault (`productCode`); empty: none
};

/// A refusal as a problem document; with 429 and 503, when to come again. `label`, here and below, is what the access
/// log calls the operation, and has static storage.
[[nodiscard]] http::Response problem(const Problem& problem, std::string_view label);

/// The same for what the engine refused, in the words of the error table.
[[nodiscard]] http::Response problem(const model::Refusal& refused, std::string_view label);

/// The same for what a status alone says: what the HTTP server or a stand-by decides, and a path that nothing is at.
[[nodiscard]] http::Response problem(unsigned status, std::string_view label);

/// 400 `validation_error` for a request that has what can't be; `product_code` names the product at fault.
[[nodiscard]] http::Response invalid_request(std::string_view detail, std::string_view label,
                                             std::string_view product_code = {});

/// 403 for what a page of another site asked to change.
[[nodiscard]] http::Response other_site_problem(std::string_view label);

/// 405 for a path that has other methods, which are named as the header `Allow` has them.
[[nodiscard]] http::Response method_problem(std::string_view allowed, std::string_view label);

}  // namespace tally::common
