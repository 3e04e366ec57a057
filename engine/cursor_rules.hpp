#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// How many cursors a session may have open.
inline constexpr std::ptrdiff_t cursors_max = 100;

/// The first page; a cursor is opened only when there are more.
[[nodiscard]] model::Outcome list_numbers(Draft& draft, const ListNumbers& command);
/// A page as the numbers are now.
[[nodiscard]] model::Outcome read_cursor_page(Draft& draft, const ReadCursorPage& command);
[[nodiscard]] model::Outcome read_page_count(Draft& draft, const ReadPageCount& command);
/// One that is not open is closed without a change.
[[nodiscard]] model::Outcome close_cursor(Draft& draft, const CloseCursor& command);

}  // namespace tally::engine
