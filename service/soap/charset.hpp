#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "content_type.hpp"

namespace tally::soap {

/// A request's document as UTF-8: the body itself where it is that already, else `buffer`, which then holds at most
/// three times the body. Absent when the body holds bytes that its charset has no letter for.
///
/// A byte order mark wins over the content type's charset. A charset that is absent or unknown is UTF-8, but for
/// application/soap+xml, whose document then tells its encoding itself, as XML 1.0, appendix F, has it.
[[nodiscard]] std::optional<std::string_view> document_text(std::string_view body, const ContentType& type,
                                                            std::string& buffer);

}  // namespace tally::soap
