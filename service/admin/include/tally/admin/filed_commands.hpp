#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tally/engine/command.hpp"

namespace tally::admin {

/// A command as the inbox keeps it: its name, and its arguments as JSON.
struct FiledText {
  std::string command;
  std::string arguments;
};

[[nodiscard]] FiledText to_filed(const engine::TerminateSession& command);
[[nodiscard]] FiledText to_filed(const engine::ImportCatalog& command);

/// The command behind a filed text; the error says what is wrong with it.
[[nodiscard]] std::expected<engine::Command, std::string> from_filed(std::string_view command,
                                                                     std::string_view arguments);

}  // namespace tally::admin
