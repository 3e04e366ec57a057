#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tally/model/answer.hpp"
#include "tally/model/ids.hpp"

namespace tally::postgres {

/// A command that the command line filed for the writer.
struct FiledCommand {
  model::InboxId id;
  std::string command;
  std::string arguments;                ///< JSON
  std::string user;                     ///< the operating system's name of who filed it
  std::chrono::milliseconds time_left;  ///< until its deadline, by the database's clock
};

/// The table through which command lines reach the writer of a database, on a connection of its own. One thread at a
/// time; errors are texts for the administrator.
class Inbox {
 public:
  [[nodiscard]] static std::expected<Inbox, std::string> connect(const std::string& url);
  Inbox(Inbox&&) noexcept;
  Inbox& operator=(Inbox&&) noexcept;
  ~Inbox();

  // The command line's side.

  /// Files a command that is void after `patience`.
  [[nodiscard]] std::expected<model::InboxId, std::string> file(const std::string& command,
                                                                const std::string& arguments, const std::string& user,
                                                                std::chrono::milliseconds patience);
  /// Waits at most `limit` for the answer; absent while there is none.
  [[nodiscard]] std::expected<std::optional<model::Outcome>, std::string> await_answer(model::InboxId id,
                                                                                       std::chrono::milliseconds limit);
  /// Takes an unanswered command back; false when it has been answered, so that the answer counts.
  [[nodiscard]] std::expected<bool, std::string> withdraw(model::InboxId id);

  // The writer's side.

  /// Waits at most `limit` for news and returns the commands that are neither answered nor past their deadline.
  [[nodiscard]] std::expected<std::vector<FiledCommand>, std::string> await_commands(std::chrono::milliseconds limit);
  /// Removes what was answered or expired more than a day ago.
  [[nodiscard]] std::expected<void, std::string> clean_up();

 private:
  struct Connection;
  explicit Inbox(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace tally::postgres
