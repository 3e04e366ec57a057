#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tally/model/answer.hpp"

namespace tally::floating {

// Replies as JSON texts. Each has what the clients of all families look for, so that none misses its members.

/// Of a consumption, of a license or of a feature.
[[nodiscard]] std::string consumption_reply(const model::ConsumptionView& view);

/// A license, and besides it the members that only some clients look for: the same license as a text within the text.
[[nodiscard]] std::string license_reply(const model::LicenseView& view);
[[nodiscard]] std::string licenses_reply(const model::LicenseList& list);

/// That the license was removed.
[[nodiscard]] std::string removal_reply(const model::LicenseView& view);

/// A feature of the license; absent when it has none with this code.
[[nodiscard]] std::optional<std::string> feature_reply(const model::LicenseView& view, std::string_view code);

}  // namespace tally::floating
