#pragma once

#include <string_view>

#include "tally/http/response.hpp"

namespace tally::soap {

/// A page for people. `title` is text, `content` is HTML. A browser is told to run no script, load nothing, show the
/// page in no frame and send its forms nowhere else.
[[nodiscard]] http::Response html_page(unsigned status, std::string_view title, std::string_view content);

/// The original's error page: one sentence of text.
[[nodiscard]] http::Response error_page(unsigned status, std::string_view sentence);

/// An error told as plain text, as the original's protocols for programs tell it.
[[nodiscard]] http::Response text_error(std::string_view sentence);

}  // namespace tally::soap
