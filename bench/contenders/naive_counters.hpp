#pragma once

#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <string>
#include <unordered_map>
#include <vector>

// What may stand behind the naive service. Each of these is used by one thread at a time, but for MemoryCounters.
namespace naive {

enum class Change { take, give_back };

class Counters {
 public:
  Counters() = default;
  virtual ~Counters() = default;
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  // Whether the counter was there and on the right side of its limit. Durable when it returns, if there is a database.
  virtual bool change(Change what, const std::string& id) = 0;
};

// One prepared UPDATE that commits by itself. The condition on the counter stands in the statement, so no limit is ever
// passed; the row stays locked until its commit is on the disk.
class AutocommitCounters : public Counters {
 public:
  explicit AutocommitCounters(const std::string& url) : connection_(url) {
    connection_.prepare("take", "UPDATE counters SET used = used + 1 WHERE id = $1 AND used < maximum");
    connection_.prepare("give_back", "UPDATE counters SET used = used - 1 WHERE id = $1 AND used > 0");
  }

  bool change(Change what, const std::string& id) override {
    pqxx::nontransaction autocommit(connection_);
    return execute(autocommit, what, id);
  }

 protected:
  static bool execute(pqxx::transaction_base& transaction, Change what, const std::string& id) {
    return transaction.exec_prepared(what == Change::take ? "take" : "give_back", id).affected_rows() == 1;
  }

  pqxx::connection connection_;
};

// The same statement between BEGIN and COMMIT, as libpqxx's documentation shows it: three round trips.
class TransactionCounters : public AutocommitCounters {
 public:
  using AutocommitCounters::AutocommitCounters;

  bool change(Change what, const std::string& id) override {
    pqxx::work transaction(connection_);
    const bool changed = execute(transaction, what, id);
    transaction.commit();
    return changed;
  }
};

// No database at all: counters that end with the process, for what SOAP alone costs. Their ids are those of the bench.
// Any number of threads may use one of these.
class MemoryCounters : public Counters {
 public:
  explicit MemoryCounters(int count) {
    char id[64];
    for (int number = 0; number <= count; ++number) {
      std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", number);
      used_.emplace(id, 0);
    }
  }

  bool change(Change what, const std::string& id) override {
    const std::scoped_lock lock(mutex_);
    const auto counter = used_.find(id);
    if (counter == used_.end()) return false;
    auto& used = counter->second;
    if (what == Change::take ? used == maximum : used == 0) return false;
    used += what == Change::take ? 1 : -1;
    return true;
  }

 private:
  static constexpr long maximum = 1'000'000;

  std::mutex mutex_;
  std::unordered_map<std::string, long> used_;
};

// Database connections that threads share, the one that was given back last first: its caches are warm. Thread safe.
class Pool : public Counters {
 public:
  explicit Pool(std::vector<std::unique_ptr<Counters>> connections) : idle_(std::move(connections)) {}

  bool change(Change what, const std::string& id) override {
    const Loan loan(*this);
    return loan.counters->change(what, id);
  }

 private:
  struct Loan {
    explicit Loan(Pool& from) : pool(from), counters(from.borrow()) {}
    ~Loan() { pool.give_back(std::move(counters)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    Pool& pool;
    std::unique_ptr<Counters> counters;
  };

  std::unique_ptr<Counters> borrow() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !idle_.empty(); });
    auto counters = std::move(idle_.back());
    idle_.pop_back();
    return counters;
  }

  void give_back(std::unique_ptr<Counters> counters) {
    {
      const std::scoped_lock lock(mutex_);
      idle_.push_back(std::move(counters));
    }
    returned_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Counters>> idle_;
};

}  // namespace naive
