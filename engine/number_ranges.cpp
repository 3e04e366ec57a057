#include "tally/engine/number_ranges.hpp"

#include <algorithm>
#include <limits>

namespace tally::engine {
namespace {

using model::NumberRange;
using Limits = std::numeric_limits<std::int32_t>;

}  // namespace

auto NumberRanges::first_with(NumberRange numbers) const -> Ranges::const_iterator {
  auto next = ranges_.upper_bound(numbers.first);
  if (next != ranges_.begin() && std::prev(next)->second >= numbers.first) return std::prev(next);
  return next != ranges_.end() && next->first <= numbers.last ? next : ranges_.end();
}

std::optional<std::int32_t> NumberRanges::lowest_free(NumberRange within) const {
  if (within.is_empty()) return std::nullopt;
  const auto in_the_way = first_with({within.first, within.first});
  if (in_the_way == ranges_.end()) return within.first;
  // What lies behind a range is free, else it would be part of it.
  if (in_the_way->second >= within.last) return std::nullopt;
  return in_the_way->second + 1;
}

std::optional<std::int32_t> NumberRanges::highest_free(NumberRange within) const {
  if (within.is_empty()) return std::nullopt;
  const auto in_the_way = first_with({within.last, within.last});
  if (in_the_way == ranges_.end()) return within.last;
  if (in_the_way->first <= within.first) return std::nullopt;
  return in_the_way->first - 1;
}

std::vector<NumberRange> NumberRanges::taken_within(NumberRange within, std::size_t count_max) const {
  std::vector<NumberRange> taken;
  if (within.is_empty()) return taken;
  for (auto next = first_with(within); next != ranges_.end() && next->first <= within.last; ++next) {
    if (taken.size() == count_max) break;
    taken.push_back({std::max(next->first, within.first), std::min(next->second, within.last)});
  }
  return taken;
}

RangeChange NumberRanges::take(NumberRange numbers) {
  RangeChange change{.removed = {}, .added = {}, .numbers = numbers.size()};
  NumberRange whole = numbers;
  if (numbers.first > Limits::min()) {
    if (const auto left = first_with({numbers.first - 1, numbers.first - 1}); left != ranges_.end()) {
      change.removed.push_back({left->first, left->second});
      whole.first = left->first;
    }
  }
  if (numbers.last < Limits::max()) {
    if (const auto right = first_with({numbers.last + 1, numbers.last + 1}); right != ranges_.end()) {
      change.removed.push_back({right->first, right->second});
      whole.last = right->second;
    }
  }
  for (const auto& range : change.removed) erase(range);
  insert(whole);
  change.added.push_back(whole);
  return change;
}

RangeChange NumberRanges::release(NumberRange numbers) {
  RangeChange change;
  if (numbers.is_empty()) return change;
  for (auto next = first_with(numbers); next != ranges_.end() && next->first <= numbers.last; ++next) {
    change.removed.push_back({next->first, next->second});
  }
  if (change.removed.empty()) return change;
  const std::int64_t before = size_;
  // What remains of the first and of the last of them.
  const std::int32_t begin = change.removed.front().first;
  const std::int32_t end = change.removed.back().last;
  if (begin < numbers.first) change.added.push_back({begin, numbers.first - 1});
  if (end > numbers.last) change.added.push_back({numbers.last + 1, end});
  for (const auto& range : change.removed) erase(range);
  for (const auto& range : change.added) insert(range);
  change.numbers = before - size_;
  return change;
}

void NumberRanges::undo(const RangeChange& change) {
  for (const auto& range : change.added) erase(range);
  for (const auto& range : change.removed) insert(range);
}

void NumberRanges::insert(NumberRange numbers) {
  ranges_.emplace(numbers.first, numbers.last);
  size_ += numbers.size();
}

void NumberRanges::erase(NumberRange numbers) {
  ranges_.erase(numbers.first);
  size_ -= numbers.size();
}

}  // namespace tally::engine
