#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tally/model/catalog.hpp"
#include "tally/model/event.hpp"

namespace tally::model {

/// The words under which kinds are shown and stored; stable once published.
[[nodiscard]] std::string_view name_of(EventKind kind);
[[nodiscard]] std::string_view name_of(Door door);
[[nodiscard]] std::string_view name_of(CounterKind kind);
[[nodiscard]] std::string_view name_of(CountBy count_by);
[[nodiscard]] std::string_view name_of(Period period);
[[nodiscard]] std::optional<Period> period_named(std::string_view name);

/// ASCII-only comparison without regard to case: names of settings and of computers.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

/// The text with its ASCII capitals made small, so that equal_ignoring_case texts become equal.
[[nodiscard]] std::string lower_case(std::string_view text);

/// Control characters of ASCII, and U+0080 to U+009F, which some terminals obey. Of UTF-8.
[[nodiscard]] bool has_control_characters(std::string_view text);

/// Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF (Unicode 15, table 3-7).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace tally::model
