#include "cursor_rules.hpp"

#include <algorithm>
#include <limits>

#include "session_rules.hpp"
#include "zone_name.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;
using model::NumberRange;
using model::NumberStatus;

std::unexpected<model::Refusal> refused(ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

std::uint32_t pages_of(NumberRange numbers) {
  return static_cast<std::uint32_t>((numbers.size() + rows_per_page - 1) / rows_per_page);
}

/// The numbers on a page; `page` counts from 1 and exists.
NumberRange page_of(NumberRange numbers, std::uint32_t page) {
  const std::int64_t first = numbers.first + std::int64_t{page - 1} * rows_per_page;
  const std::int64_t last = std::min<std::int64_t>(first + rows_per_page - 1, numbers.last);
  return {static_cast<std::int32_t>(first), static_cast<std::int32_t>(last)};
}

/// Puts the status of numbers that are not taken behind the page's end: they exist within the bounds only.
void append_untaken(model::NumberPage& page, NumberRange numbers, NumberRange bounds) {
  const auto append = [&](std::int64_t first, std::int64_t last, NumberStatus status) {
    if (first > last) return;
    page.runs.push_back({{static_cast<std::int32_t>(first), static_cast<std::int32_t>(last)}, status});
  };
  const std::int64_t below_until = std::min<std::int64_t>(numbers.last, std::int64_t{bounds.first} - 1);
  const std::int64_t above_from = std::max<std::int64_t>(numbers.first, std::int64_t{bounds.last} + 1);
  append(numbers.first, below_until, NumberStatus::not_existing);
  append(std::max(numbers.first, bounds.first), std::min(numbers.last, bounds.last), NumberStatus::free);
  append(above_from, numbers.last, NumberStatus::not_existing);
}

model::NumberPage render(const Draft& draft, const LiveSession& session, const model::ZoneKey& key,
                         NumberRange numbers) {
  const Numerators& numerators = draft.state().numerators();
  const model::AccountId& account = session.session.account;
  const NumberRange bounds = numerators.bounds(account, key.numerator);
  model::NumberPage page;
  std::int64_t next = numbers.first;
  const auto append_until = [&](std::int64_t end) {
    if (next < end) append_untaken(page, {static_cast<std::int32_t>(next), static_cast<std::int32_t>(end - 1)}, bounds);
  };
  if (const LiveZone* zone = numerators.zone(account, key.numerator, key.name)) {
    for (const auto& taken : zone->taken.taken_within(numbers, rows_per_page)) {
      append_until(taken.first);
      page.runs.push_back({taken, NumberStatus::in_use});
      next = std::int64_t{taken.last} + 1;
    }
  }
  append_until(std::int64_t{numbers.last} + 1);
  return page;
}

}  // namespace

model::Outcome list_numbers(Draft& draft, const ListNumbers& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  if (!is_zone_name(command.zone.name)) return refused(ErrorCode::invalid_parameter);
  if (command.numbers.is_empty()) return refused(ErrorCode::invalid_number);
  // The wire's count of rows has 32 bits.
  if (command.numbers.size() > std::numeric_limits<std::uint32_t>::max()) return refused(ErrorCode::resource_limit);

  model::NumberList list{.cursor = {},
                         .pages = pages_of(command.numbers),
                         .rows = static_cast<std::uint32_t>(command.numbers.size()),
                         .first_page = render(draft, **session, command.zone, page_of(command.numbers, 1))};
  if (list.pages > 1) {
    if (std::ranges::distance((*session)->cursors) >= cursors_max) return refused(ErrorCode::resource_limit);
    list.cursor = command.cursor;
    draft.open_cursor(**session, {.id = command.cursor, .zone = command.zone, .numbers = command.numbers});
  }
  return model::Reading{std::move(list)};
}

model::Outcome read_cursor_page(Draft& draft, const ReadCursorPage& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const auto cursor = std::ranges::find((*session)->cursors, command.cursor, &NumberCursor::id);
  if (cursor == (*session)->cursors.end()) return refused(ErrorCode::invalid_cursor);
  const auto& [id, zone, numbers] = *cursor;
  if (command.page < 1 || command.page > pages_of(numbers)) return refused(ErrorCode::invalid_parameter);
  return model::Reading{render(draft, **session, zone, page_of(numbers, command.page))};
}

model::Outcome read_page_count(Draft& draft, const ReadPageCount& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const auto cursor = std::ranges::find((*session)->cursors, command.cursor, &NumberCursor::id);
  if (cursor == (*session)->cursors.end()) return refused(ErrorCode::invalid_cursor);
  return model::Reading{model::PageCount{pages_of(cursor->numbers)}};
}

model::Outcome close_cursor(Draft& draft, const CloseCursor& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  draft.close_cursor(**session, command.cursor);
  return model::Answer{};
}

}  // namespace tally::engine
