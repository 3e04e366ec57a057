#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <unordered_map>

#include "history_sums.hpp"

namespace tally::postgres::history {

/// Brings the sums up to the ledger's end, portion by portion: each is one transaction, in which the row of the
/// position moves with the sums, so that every line counts once, whoever sums up and whenever one is killed.
class Summer {
 public:
  enum class Step {
    done,  ///< all that was committed is in the sums
    more,
    another,  ///< somebody else has the position just now
  };

  /// Of the ledger's last line.
  [[nodiscard]] static std::int64_t last_token(pqxx::connection& connection);

  /// Throws what libpqxx throws; then what is remembered is read again at the next step.
  [[nodiscard]] Step step(pqxx::connection& connection);

 private:
  void read_back(pqxx::work& transaction);
  void know_counters(pqxx::work& transaction);
  void add_lines(pqxx::work& transaction, std::int64_t after, std::int64_t until);
  void write(pqxx::work& transaction, std::int64_t position);

  Sums sums_;
  std::unordered_map<std::int64_t, CounterPlace> counters_;
  std::int64_t remembered_at_ = -1;  ///< the position that all of this is right for; -1: for none
};

}  // namespace tally::postgres::history
