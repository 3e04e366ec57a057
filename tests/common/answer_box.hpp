#pragma once

#include <memory>
#include <vector>

#include "tally/http/response.hpp"

namespace tally::common::test {

/// Where a test's answers arrive.
struct AnswerBox final : http::Recipient {
  void answer(http::Response&& response) override { answers.push_back(std::move(response)); }
  void abandon() noexcept override { ++abandoned; }

  std::vector<http::Response> answers;
  int abandoned = 0;
};

}  // namespace tally::common::test
