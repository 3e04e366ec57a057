#pragma once

#include <string>
#include <string_view>

#include "tally/model/answer.hpp"

namespace tally::soap {

/// How a call's outcome is told.
enum class AnswerShape {
  nothing,
  login,
  login_ex,
  settings,
  session_list,
  health,
  server_time,
  number_id,
  number,
  number_and_id,
  number_status,
  number_list,
  page,
  page_count,
  failed_items,
  lock,
  lock_list,
  profile,
  account_name,
};

/// What an answer contains besides its wrapper. The answer must be of the shape's kind.
[[nodiscard]] std::string members_of(AnswerShape shape, const model::Answer& answer, std::string_view server_version);

}  // namespace tally::soap
