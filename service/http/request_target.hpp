#pragma once

#include <string_view>

namespace tally::http {

struct RequestTarget {
  std::string_view path;
  std::string_view query;
  bool has_query = false;
};

/// Cuts what stands in the request line between method and version. An absolute form ("http://host/path"), which every
/// server has to understand, loses scheme and authority. The path is empty if the target is of no form that names one.
RequestTarget split_target(std::string_view target);

}  // namespace tally::http
