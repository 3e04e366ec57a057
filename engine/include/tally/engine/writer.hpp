#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "tally/engine/clock.hpp"
#include "tally/engine/command.hpp"
#include "tally/engine/decide.hpp"
#include "tally/engine/writer_observer.hpp"
#include "tally/storage/ledger.hpp"

namespace tally::engine {

class RequestQueue;

struct WriterOptions {
  RuleSettings rules;
  storage::TermRow term;          ///< `duration` is how long this writer may go unheard before another takes over
  bool stand_by = false;          ///< while another writes, wait for its term to end instead of failing to start
  bool reports_places = false;    ///< tell the observer of each place that is taken or comes back
  std::size_t group_max = 4'096;  ///< requests that one group decides
  /// Requests that may wait; beyond, busy at once. Two groups, so that who is let in waits for few of them, however
  /// slow the database is.
  std::size_t queue_max = 2 * group_max;
  std::size_t groups_on_their_way_max = 2;  ///< while one is made durable, the next can be decided and sent behind it
  std::size_t fold_portion_max = 256;       ///< rows that one group folds; its requests wait for them
  std::chrono::milliseconds fold_when_idle{20};  ///< rest before a fold, so that a lone client isn't held up by it
  std::chrono::milliseconds fold_under_load{1'000};
  std::chrono::milliseconds contacts_folded_every{60'000};
};

/// opening: taking the ledger over. standing_by: another writes, and is watched. writing: deciding and committing.
/// recovering: a group is in doubt or overdue, new requests are turned away. unusable: it shall write again, but the
/// ledger is damaged or of another program's version; it is looked at again now and then. stopped: for good.
enum class WriterState { opening, standing_by, writing, recovering, unusable, stopped };

/// Why a writer did not start; the text is for the administrator.
struct StartFailure {
  enum class Kind { another_writer, unavailable, unusable } kind = Kind::unavailable;
  std::string what;
};

/// The one thread that decides (design.md, section 4): it takes all that waits as one group, decides it in memory,
/// makes it durable, and only then lets the answers go.
class Writer {
 public:
  using State = WriterState;

  /// All references must outlive the writer.
  Writer(storage::Ledger& ledger, WriterOptions options, Clock& clock, Observer& observer);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Takes the ledger over and starts deciding, or stands by. Waits for the outcome, at most a term and the time a
  /// snapshot takes. Once only.
  [[nodiscard]] std::expected<void, StartFailure> start();

  /// Hands requests over in order. Thread-safe; never blocks. What can't be taken is answered `server_busy` at once, on
  /// this thread.
  void submit(std::vector<Request>&& requests);

  /// Decides what is queued, folds, ends the term in order, and ends the thread. What is still in doubt after
  /// `patience` is answered `outcome_unknown`. Does nothing on a writer that never started or has stopped.
  void stop(std::chrono::milliseconds patience);

  /// Thread-safe.
  [[nodiscard]] State state() const;

  /// Who writes while this one stands by; absent otherwise. Thread-safe.
  [[nodiscard]] std::optional<storage::AnotherWriter> other() const;

 private:
  void run();
  /// Opens the ledger; false when the writer shall end.
  bool open_and_reign();
  bool reign(storage::Opened&& opened, std::chrono::steady_clock::time_point asked_at);
  bool stand_by(const storage::AnotherWriter& other);
  void set_other(std::optional<storage::AnotherWriter> other);
  /// Why there is no reign. The first time it ends the writer; later it is tried again.
  bool did_not_open(const StartFailure& failure);
  void tell_start(std::expected<void, StartFailure> result);
  void turn_away(std::vector<Request>&& requests);

  storage::Ledger& ledger_;
  const WriterOptions options_;
  Clock& clock_;
  Observer& observer_;
  std::unique_ptr<RequestQueue> queue_;
  std::atomic<State> state_{State::opening};
  std::atomic<std::chrono::steady_clock::time_point> give_up_at_{std::chrono::steady_clock::time_point::max()};
  mutable std::mutex other_mutex_;
  std::optional<storage::AnotherWriter> other_;
  std::promise<std::expected<void, StartFailure>> started_;
  bool start_is_told_ = false;
  std::string unusable_because_;  ///< reported once, not at every look
  std::stop_source stop_;         ///< not the thread's own: that one can't be asked for while the thread is being made
  std::thread thread_;
};

}  // namespace tally::engine
