#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// Takes the named license off this server: named users lose their places, sessions keep what they hold until they give
/// it back. Answers how it stood before.
[[nodiscard]] model::Outcome remove_license(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                            const RemoveLicense& command);

/// Installs the named license of the catalogue, behind all others of its account. Answers how it stands.
[[nodiscard]] model::Outcome install_license(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                             const InstallLicense& command);

}  // namespace tally::engine
