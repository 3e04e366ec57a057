#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "tally/model/answer.hpp"

namespace tally::postgres {

/// The member `answer` of what these write.
inline constexpr std::string_view consumption_answer = "consumption";
inline constexpr std::string_view licenses_answer = "licenses";
inline constexpr std::string_view service_license_answer = "service_license";

/// What was answered of licenses, as part of a stored outcome. Reading throws std::exception on what was not
/// written here.
[[nodiscard]] boost::json::object consumption_to_json(const model::ConsumptionView& view);
[[nodiscard]] model::ConsumptionView consumption_from_json(const boost::json::value& value);
[[nodiscard]] boost::json::object licenses_to_json(const model::LicenseList& list);
[[nodiscard]] model::LicenseList licenses_from_json(const boost::json::value& value);
[[nodiscard]] boost::json::object service_license_to_json(const model::ServiceLicense& license);
[[nodiscard]] model::ServiceLicense service_license_from_json(const boost::json::value& value);

}  // namespace tally::postgres
