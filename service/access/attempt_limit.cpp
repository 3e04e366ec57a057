#include "attempt_limit.hpp"

namespace tally::access {

bool AttemptLimit::is_reached(const std::string& name, Time now) const {
  const auto found = names_.find(name);
  return found != names_.end() && now - found->second.since < window && found->second.count >= failures_max_;
}

void AttemptLimit::failed(const std::string& name, Time now) {
  if (names_.size() >= names_max)
    std::erase_if(names_, [now](const auto& each) { return now - each.second.since >= window; });
  if (names_.size() >= names_max) names_.clear();
  Failures& failures = names_[name];
  if (now - failures.since >= window) failures = {.count = 0, .since = now};
  ++failures.count;
}

}  // namespace tally::access
