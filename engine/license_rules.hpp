#pragma once

#include <expected>
#include <vector>

#include "tally/engine/draft.hpp"

namespace tally::engine {

/// Whether a license of the named product has the number and the key of the name, where it says them.
[[nodiscard]] bool fits(const LicenseName& name, const model::License& license);

/// The licenses that a name can mean, in the catalogue's order; never empty.
using Licenses = std::vector<const LiveLicense*>;
[[nodiscard]] std::expected<Licenses, model::Refusal> licenses_named(const State& state, const LicenseName& name);

/// Of them the valid one that was added last (rule 12); when none is valid, the last.
[[nodiscard]] const LiveLicense& last_valid(const Licenses& licenses, model::Instant now);

/// Why a license grants nothing now; absent when it does.
[[nodiscard]] std::optional<model::Refusal> invalid_because(const model::License& license, model::Instant now);

/// A license's feature; null when it has none with this code.
[[nodiscard]] const Counter* feature_of(const State& state, const LiveLicense& license, const std::string& code);

/// The license with what is counted of it, brought up to now; with the loans of `user`'s places where one is named.
[[nodiscard]] model::LicenseView view_of(Draft& draft, const LiveLicense& license, const std::string& user);

[[nodiscard]] model::Outcome read_licenses(Draft& draft, const ReadLicenses& command);

}  // namespace tally::engine
