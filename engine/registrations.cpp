#include "tally/engine/registrations.hpp"

namespace tally::engine {
namespace {

const Registrations::ByUser nobody;

}  // namespace

const LiveRegistration* Registrations::find(model::CounterId counter, const std::string& user) const {
  const auto& users = of(counter);
  const auto found = users.find(user);
  return found == users.end() ? nullptr : &found->second;
}

const Registrations::ByUser& Registrations::of(model::CounterId counter) const {
  const auto found = by_counter_.find(counter);
  return found == by_counter_.end() ? nobody : found->second;
}

void Registrations::put(LiveRegistration registration) {
  const model::Registration& row = registration.row;
  remove(row.counter, row.user);
  if (registration.lapses_at) leases_.emplace(*registration.lapses_at, row.counter, row.user);
  if (row.borrowed_until) loans_.emplace(*row.borrowed_until, row.counter, row.user);
  auto& users = by_counter_[row.counter];
  std::string user = row.user;
  users.emplace(std::move(user), std::move(registration));
}

void Registrations::remove(model::CounterId counter, const std::string& user) {
  const auto users = by_counter_.find(counter);
  if (users == by_counter_.end()) return;
  const auto found = users->second.find(user);
  if (found == users->second.end()) return;
  const LiveRegistration& gone = found->second;
  if (gone.lapses_at) leases_.erase({*gone.lapses_at, counter, user});
  if (gone.row.borrowed_until) loans_.erase({*gone.row.borrowed_until, counter, user});
  users->second.erase(found);
  if (users->second.empty()) by_counter_.erase(users);
}

}  // namespace tally::engine
