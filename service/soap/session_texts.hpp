#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tally/model/answer.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// `<Settings><Setting Name Type ReadOnly>value</Setting>...</Settings>`, as clients send it in a string
/// (reference, 1.1). An empty text has no settings; absent when it can't be read.
[[nodiscard]] std::optional<model::Settings> parse_settings(XmlReader& reader, std::string_view text);

/// All properties of a session in the same form: what the client set, and what the server knows, marked read-only.
[[nodiscard]] std::string session_settings_text(const model::SessionView& view, std::string_view server_version);

/// `<Sessions><Session ID AccountName LoginTime LastAccessTime ComputerName ComputerAddress Offline/></Sessions>`.
[[nodiscard]] std::string session_list_text(const model::SessionList& list);

}  // namespace tally::soap
