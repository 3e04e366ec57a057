#pragma once

#include <map>
#include <set>

#include "tally/model/lock.hpp"

namespace tally::engine {

/// How many locks an account may have.
inline constexpr std::size_t locks_max = 100'000;

/// What is locked, in all accounts. Belongs to one thread; rules read it, only Draft and loading change it.
class Locks {
 public:
  /// Sorted, since clients choose these numbers: they can't make a hash table degenerate.
  using ByResource = std::map<model::Guid, model::Lock>;

  [[nodiscard]] const model::Lock* find(const model::AccountId& account, const model::Guid& resource) const;
  [[nodiscard]] const ByResource& of(const model::AccountId& account) const;
  /// What the session has locked for as long as it lives.
  [[nodiscard]] const std::set<model::Guid>& temporary_of(const model::SessionId& session) const;

  /// In the place of an earlier lock of the same resource.
  void put(const model::Lock& lock);
  void remove(const model::AccountId& account, const model::Guid& resource);

 private:
  std::map<model::AccountId, ByResource> by_account_;
  std::map<model::SessionId, std::set<model::Guid>> temporary_;  ///< no empty entries
};

}  // namespace tally::engine
