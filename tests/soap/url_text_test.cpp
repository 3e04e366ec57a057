#include "url_text.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {

TEST_CASE("an action loses one pair of quotes if both are there, and its escapes", "[soap]") {
  const auto [header, action] = GENERATE(table<const char*, const char*>({{"urn:A", "urn:A"},
                                                                          {"\"urn:A\"", "urn:A"},
                                                                          {"\"\"urn:A\"\"", "\"urn:A\""},
                                                                          {"\"urn:A", "\"urn:A"},
                                                                          {"\"", "\""},
                                                                          {"\"\"", ""},
                                                                          {"", ""},
                                                                          {"urn%3AA%2fb", "urn:A/b"},
                                                                          {"a+b", "a b"},
                                                                          {"%", "%"},
                                                                          {"%4", "%4"},
                                                                          {"%zz%4z%-1", "%zz%4z%-1"},
                                                                          {"100%41", "100A"}}));
  CHECK(action_of(header) == action);
}

TEST_CASE("a query is read as ASP.NET reads it", "[soap]") {
  const QueryText query{"WSDL&op=A%3C&Op=b&schema=&&x"};
  CHECK(query.value("op") == "A<,b");
  CHECK(query.value("SCHEMA") == "");
  CHECK_FALSE(query.value("wsdl"));
  CHECK(query.nameless() == "WSDL,,x");
  CHECK_FALSE(QueryText{""}.nameless());
  CHECK(QueryText{"wsdl"}.nameless() == "wsdl");
  CHECK(QueryText{"wsdl=1"}.value("WSDL") == "1");
}

}  // namespace tally::soap::test
