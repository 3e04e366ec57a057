#pragma once

#include <string_view>

namespace tally::openapi {

/// The OpenAPI 3.1 document of every REST path, as JSON; made by the build from the YAML files of this room.
extern const std::string_view document;

}  // namespace tally::openapi
