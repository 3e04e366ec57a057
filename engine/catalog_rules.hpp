#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// Puts a catalogue in the place of the present one. Removing what is held, or lowering a maximum below use, needs
/// `force`; a counter's kind never changes. Licenses of which it does not say whether they are installed stay as they
/// were in that.
[[nodiscard]] model::Outcome import_catalog(Draft& draft, const Caller& caller, const ImportCatalog& command);

/// Puts a catalogue in the place of the present one whatever it removes, and keeps in mind which file was the last to
/// be imported at a start.
void replace_catalog(Draft& draft, const Caller& caller, const model::Catalog& catalog);

/// Gives counters to what the present catalogue counts and an earlier version of Tally did not.
void complete_counters(Draft& draft);

}  // namespace tally::engine
