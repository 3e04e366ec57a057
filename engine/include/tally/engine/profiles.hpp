#pragma once

#include <map>
#include <string>

#include "tally/model/lock.hpp"

namespace tally::engine {

/// How many users an account may know; who logs in beyond that is not refused, but gets no profile.
inline constexpr std::size_t profiles_max = 100'000;

/// The users that accounts know. Belongs to one thread; rules read it, only Draft and loading change it.
class Profiles {
 public:
  /// Without regard to ASCII case.
  [[nodiscard]] const model::Profile* find(const model::AccountId& account, const std::string& user) const;
  [[nodiscard]] const model::Profile* find(const model::AccountId& account, const model::Guid& id) const;
  [[nodiscard]] std::size_t count(const model::AccountId& account) const;

  void add(const model::Profile& profile);
  void remove(const model::Profile& profile);

 private:
  struct OfAccount {
    std::map<model::Guid, model::Profile> by_id;
    std::map<std::string, model::Guid> by_user;  ///< in lower case
  };
  std::map<model::AccountId, OfAccount> accounts_;
};

}  // namespace tally::engine
