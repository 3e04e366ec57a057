#include "tally/http/request.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace tally::http {

namespace {

auto bears(std::string_view name) {
  return [name](const Field& field) { return boost::beast::iequals(field.name, name); };
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(fields, bears(name));
  if (found == fields.end()) return std::nullopt;
  return found->value;
}

std::size_t Request::header_count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(fields, bears(name)));
}

}  // namespace tally::http
