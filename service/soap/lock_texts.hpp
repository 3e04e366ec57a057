#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/model/answer.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// `<GroupOperation><Item ID="guid" />...</GroupOperation>`, as clients send it in a string (reference, 1.1). Strict:
/// absent when it has anything else in it than items with an id each.
[[nodiscard]] std::optional<std::vector<model::Guid>> parse_items(XmlReader& reader, std::string_view text);
/// The same shape.
[[nodiscard]] std::string items_text(const std::vector<model::Guid>& items);

/// The contract's name of a lock's state.
[[nodiscard]] std::string_view lock_status(model::LockView::State state);

/// `<Locks><Lock ResourceID ResourceType SectionID InstanceID AccountName LockTime CheckedOut /></Locks>`, the earliest
/// first. Sessions are not told: knowing one's id is the right to use it.
[[nodiscard]] std::string lock_list_text(const model::LockList& list);

}  // namespace tally::soap
