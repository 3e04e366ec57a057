#include "content_type.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {

TEST_CASE("a content type is taken apart", "[soap]") {
  struct Row {
    const char* header;
    const char* media_type;
    const char* charset;
    const char* action;
  };
  const auto row = GENERATE(
      Row{"text/xml", "text/xml", "", ""}, Row{"TEXT/XML; CharSet=UTF-8", "text/xml", "utf-8", ""},
      Row{"text/xml;charset=\"utf-8\"", "text/xml", "utf-8", ""},
      Row{" text/xml ; charset = utf-8 ", "text/xml", "utf-8", ""},
      Row{"text/xml; charset='utf-8'", "text/xml", "utf-8", ""},
      Row{"text/xml; charset=utf-8; charset=utf-16", "text/xml", "utf-8", ""},
      Row{"application/soap+xml; charset=utf-8; action=\"urn:A;b=c\"", "application/soap+xml", "utf-8", "urn:A;b=c"},
      Row{"application/soap+xml; action=urn:A; charset=utf-8", "application/soap+xml", "utf-8", "urn:A"},
      Row{"application/soap+xml; action=\"charset=x\"", "application/soap+xml", "", "charset=x"},
      Row{"application/soap+xml; action=\"open", "application/soap+xml", "", "open"}, Row{"", "", "", ""},
      Row{";;;=;=", "", "", ""}, Row{"text/xml; flag; charset=utf-8", "text/xml", "utf-8", ""},
      Row{"text/xml; charset", "text/xml", "", ""}, Row{"text/xml; xcharset=latin1", "text/xml", "", ""});
  INFO(row.header);
  const auto type = parse_content_type(row.header);
  CHECK(type.media_type == row.media_type);
  CHECK(type.charset == row.charset);
  CHECK(type.action == row.action);
}

}  // namespace tally::soap::test
