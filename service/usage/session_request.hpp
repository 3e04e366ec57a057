#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tally/engine/command.hpp"

namespace tally::usage {

/// A session that a 4D-style program opens.
struct SessionRequest {
  std::string user;  ///< empty: the caller
  engine::OpenSession command;
};

/// Reads the body of `POST /api/sessions`, an object with members each of which may be absent; draws the session's id.
/// The error says what is wrong, for the caller.
[[nodiscard]] std::expected<SessionRequest, std::string> read_session_request(std::string_view body);

/// Reads the body of `POST .../places`: `product`, and what stays with the place, `reason`. Without a product it is the
/// one with 4D's id of `4D Client`, which remote, web and REST sessions take (4d-license-usage, 7).
[[nodiscard]] std::expected<engine::TakeProductPlace, std::string> read_place_request(const model::SessionId& session,
                                                                                      std::string_view body);

}  // namespace tally::usage
