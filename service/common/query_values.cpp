#include "tally/common/query_values.hpp"

#include <algorithm>
#include <boost/url/parse_query.hpp>

#include "tally/model/names.hpp"

namespace tally::common {
namespace {

constexpr std::size_t text_bytes_max = 256;

}  // namespace

std::expected<std::map<std::string, std::string>, std::string> query_values(std::string_view query,
                                                                            std::span<const std::string_view> known) {
  std::map<std::string, std::string> values;
  if (query.empty()) return values;
  const boost::urls::encoding_opts plus_is_blank{true};
  const std::string text{query};  // a copy: Boost.URL 1.81 reads on to a NUL behind the text
  const auto parsed = boost::urls::parse_query(text);
  if (!parsed) return std::unexpected{"the query can't be read"};
  for (const auto& parameter : *parsed) {
    std::string name;
    std::string value;
    parameter.key.decode(plus_is_blank, boost::urls::string_token::assign_to(name));
    parameter.value.decode(plus_is_blank, boost::urls::string_token::assign_to(value));
    if (std::ranges::find(known, name) == known.end()) return std::unexpected{"there is a parameter that is not known"};
    if (value.empty() || value.size() > text_bytes_max || !model::is_utf8(value) ||
        model::has_control_characters(value))
      return std::unexpected{"the value of " + name + " is not valid"};
    if (!values.emplace(name, std::move(value)).second)
      return std::unexpected{"the parameter " + name + " is there twice"};
  }
  return values;
}

}  // namespace tally::common
