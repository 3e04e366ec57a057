#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parameters.hpp"
#include "sqlstate.hpp"
#include "tally/postgres/poll_waiting.hpp"
#include "tally/storage/ledger.hpp"
#include "tally/storage/waiting.hpp"

namespace tally::postgres {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

/// What the server said about a statement that failed.
struct ServerError {
  std::string sqlstate;  ///< empty when the connection broke
  std::string table;
  std::string constraint;
  std::string what;  ///< for the log: statement's name and the server's words
  [[nodiscard]] ErrorMeaning meaning() const { return meaning_of(sqlstate, table, constraint); }
};

/// The one connection that commits. Two ways to use it, one at a time: simple statements while a reign begins or is
/// recovered, and groups, each sent whole as one pipelined transaction and awaited apart. Not thread-safe.
class CommitConnection {
 public:
  /// Connects within a few seconds; or says why not.
  [[nodiscard]] static std::expected<std::unique_ptr<CommitConnection>, std::string> connect(const std::string& url);

  /// Runs a statement and waits for it, at most some seconds; a result with rows or an error. After a wait in vain the
  /// connection is of no use.
  [[nodiscard]] std::expected<Result, ServerError> run(const std::string& sql,
                                                       const std::vector<std::string>& values = {});

  /// From here on groups only: prepares their statements and enters pipeline mode.
  [[nodiscard]] std::expected<void, ServerError> begin_groups();
  void send_group(const storage::Group& group);
  /// What became of the oldest group that was sent. Waits at most `limit`, and not beyond a ring; absent
  /// while there is no answer. A group's value is absent on success.
  [[nodiscard]] std::optional<std::optional<ServerError>> receive_group(std::chrono::milliseconds limit,
                                                                        storage::Waiting& waiting);

 private:
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  explicit CommitConnection(PGconn* connection) : connection_{connection} {}
  [[nodiscard]] std::expected<void, std::string> apply_session_settings();
  [[nodiscard]] ServerError error_of(const PGresult* result) const;
  [[nodiscard]] ServerError lost() const;
  [[nodiscard]] Result await_result();
  enum class Waited { usual, rung, lost };
  /// `lost`: the connection is of no use any more.
  [[nodiscard]] Waited flush_and_wait(std::chrono::milliseconds limit, storage::Waiting& waiting);

  std::unique_ptr<PGconn, Closer> connection_;
  PollWaiting alone_;  ///< for simple statements
  Parameters parameters_;
  std::uint32_t event_type_oid_ = 0;  ///< the row type of tally_ledger.events
  std::optional<ServerError> first_error_;
  bool broken_ = false;
};

}  // namespace tally::postgres
