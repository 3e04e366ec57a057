#include "document_position.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace tally::soap::test {
namespace {

/// The position of the node that begins at the document's first `|`, which is not part of it.
std::string position_in(std::string document) {
  const auto at = document.find('|');
  document.erase(at, 1);
  const auto position = node_position(document, at);
  return std::to_string(position.line) + ", " + std::to_string(position.column);
}

}  // namespace

TEST_CASE("a node's place is its name or its text, not its bracket", "[soap]") {
  const auto [document, expected] = GENERATE(table<std::string, std::string>({
      {"|<a/>", "1, 2"},
      {"<a>|</a>", "1, 6"},
      {"<a>|text</a>", "1, 4"},
      {"<a>| <b/></a>", "1, 4"},
      {"<a>|<!--c--></a>", "1, 8"},
      {"<a>|<?p i?></a>", "1, 6"},
      {"<a>|<![CDATA[c]]></a>", "1, 13"},
      {"<a>|&lt;</a>", "1, 4"},
      {"<a/>|", "1, 5"},
  }));
  INFO(document);
  CHECK(position_in(document) == expected);
}

TEST_CASE("lines end as XML has them, columns are UTF-16 units, a byte order mark is nothing", "[soap]") {
  const auto [document, expected] = GENERATE(table<std::string, std::string>({
      {"<a>\n|<b/>", "2, 2"},
      {"<a>\r\n  |<b/>", "2, 4"},
      {"<a>\r\r|<b/>", "3, 2"},
      {"\xef\xbb\xbf|<a/>", "1, 2"},
      {"<a>\xd0\x81|<b/>", "1, 6"},
      {"<a>\xf0\x9f\x98\x80|<b/>", "1, 7"},
  }));
  INFO(document);
  CHECK(position_in(document) == expected);
}

}  // namespace tally::soap::test
