#pragma once

#include <string_view>

#include "sample_envelope.hpp"
#include "tally/http/response.hpp"

namespace tally::soap {

/// The page a browser gets at the service's address: the operations by name, and which of them are not built yet.
[[nodiscard]] http::Response help_page();

/// `?op=Name`: an operation's sample messages of both SOAP versions, or that there is no such operation. The original's
/// page has a form for operations with none but simple parameters, for callers on the server itself. A guid is not
/// simple in its eyes, and each operation takes one or returns something: so all that is left is the sentence that says
/// why there is no form.
[[nodiscard]] http::Response operation_page(std::string_view name, const SampleTarget& target, bool is_local_caller);

}  // namespace tally::soap
