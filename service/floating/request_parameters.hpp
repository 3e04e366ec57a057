#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "tally/http/request.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::floating {

/// What a request says, in its query and in its body. Texts that were not given are empty.
struct Parameters {
  std::string product;
  std::string feature;
  std::string user;
  std::string hardware_id;  ///< the hosted service's name for the user
  std::string license_key;
  std::string computer;
  std::string address;
  std::string account_user;  ///< `username`, of the hosted service's accounts
  std::optional<model::LicenseId> license;
  std::optional<model::Quantity> consumptions;
  std::optional<bool> allow_overages;
  std::optional<model::Quantity> max_overages;
  std::optional<model::Instant> borrowed_until;

  [[nodiscard]] const std::string& named_user() const { return user.empty() ? hardware_id : user; }
};

/// What is wrong with a request.
struct Mistake {
  std::string_view code;  ///< static storage
  std::string message;
};

/// Reads query and body as the vendor's clients write them: names of members in any letter case, numbers and booleans
/// also as text, `null` for what is absent, unknown members ignored. The body counts where both say something; an empty
/// one says nothing.
[[nodiscard]] std::expected<Parameters, Mistake> read_parameters(const http::Request& request);

}  // namespace tally::floating
