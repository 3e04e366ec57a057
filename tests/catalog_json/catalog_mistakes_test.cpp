#include <catch2/catch.hpp>

#include "tally/catalog_json/catalog_reader.hpp"

using tally::catalog_json::Mistake;
using tally::catalog_json::parse_catalog;

namespace {

std::vector<Mistake> mistakes_in(std::string_view text) {
  const auto catalog = parse_catalog(text);
  return catalog ? std::vector<Mistake>{} : catalog.error();
}

struct Case {
  std::string name;
  std::string input;
  std::size_t line;
  std::string member;
  std::string what;  ///< a part of the sentence
};

void check_only_mistake(const Case& expected) {
  INFO(expected.name);
  const auto mistakes = mistakes_in(expected.input);
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].line == expected.line);
  CHECK(mistakes[0].member == expected.member);
  CHECK_THAT(mistakes[0].what, Catch::Contains(expected.what));
}

/// An account whose third line is the license.
std::string with_license(const std::string& license) {
  return "{\"accounts\": [\n{\"id\": \"a\", \"licenses\": [\n" + license + "\n]}]}";
}
/// The fourth line is the feature.
std::string with_feature(const std::string& feature) {
  return with_license("{\"id\": 1, \"product\": \"p\", \"features\": [\n" + feature + "\n]}");
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a syntax error is told with its line", "[catalog_json]") {
  const auto expected = GENERATE(values<Case>({
      {"empty file", "", 1, "", "ends before"},
      {"only white space", "\n\n  ", 3, "", "ends before"},
      {"unfinished", "{\n\"accounts\": [\n", 2, "", "ends before"},
      {"trailing comma", "{\n\"accounts\": [],\n}", 3, "", "not valid JSON"},
      {"comment", "{\n// no\n\"accounts\": []}", 2, "", "not valid JSON"},
      {"second document", "{\"accounts\": []}\n\n{}", 3, "", "more text after the end"},
      {"text after the end", "{\"accounts\": []} x", 1, "", "more text after the end"},
      {"raw control character", "{\"accounts\":\n\"a\tb\"}", 2, "", "not valid JSON"},
      {"a line break in a string", "{\"accounts\":\n\"a\nb\"}", 2, "", "not valid JSON"},
      {"not UTF-8", "{\"accounts\": [\n{\"id\": \"\xE9\"}]}", 2, "", "not valid JSON"},
      {"overlong UTF-8", "{\"accounts\": [\n{\"id\": \"\xC0\xAF\"}]}", 2, "", "not valid JSON"},
      {"half a surrogate pair", "{\"accounts\": [\n{\"id\": \"\\ud800\"}]}", 2, "", "not valid JSON"},
      {"UTF-16", std::string("\xFF\xFE{\0}\0", 6), 1, "", "not valid JSON"},
      {"leading zero", "{\"accounts\":\n01}", 2, "", "not valid JSON"},
      {"not a number", "{\"accounts\":\nNaN}", 2, "", "not valid JSON"},
      {"nesting", "{\"accounts\":\n" + repeated("[", 100000), 2, "", "nested deeper"},
  }));
  check_only_mistake(expected);
}

TEST_CASE("a wrong catalogue is told with line and member", "[catalog_json]") {
  const auto expected = GENERATE(values<Case>({
      {"not an object", "[]", 1, "", "must be an object"},
      {"no accounts", "\n{}", 2, "accounts", "is missing"},
      {"accounts are no list", "{\n\"accounts\": {}}", 2, "accounts", "must be a list"},
      {"unknown member of the file", "{\"accounts\": [],\n\"acounts\": []}", 2, "acounts",
       "unknown member; known here are accounts"},
      {"a member twice", "{\"accounts\": [],\n\"accounts\": []}", 2, "accounts", "is given twice"},
      {"an account without id", "{\"accounts\": [\n{\"name\": \"x\"}]}", 2, "accounts[0].id", "is missing"},
      {"an empty id", "{\"accounts\": [{\"id\":\n\"\"}]}", 2, "accounts[0].id", "must not be empty"},
      {"an account twice", "{\"accounts\": [{\"id\": \"a\"},\n{\"name\": \"n\",\n\"id\": \"a\"}]}", 3, "accounts[1].id",
       "\"a\" is the id of an earlier account"},
      {"a NUL in a name", "{\"accounts\": [{\"id\":\n\"a\\u0000b\"}]}", 2, "accounts[0].id", "control characters"},
      {"a C1 control", "{\"accounts\": [{\"id\":\n\"a\\u0085b\"}]}", 2, "accounts[0].id", "control characters"},
      {"a long id", "{\"accounts\": [{\"id\": \"" + repeated("\\u00e9", 129) + "\"}]}", 1, "accounts[0].id",
       "longer than 128"},
      {"a long name", "{\"accounts\": [{\"id\": \"a\", \"name\": \"" + repeated("n", 257) + "\"}]}", 1,
       "accounts[0].name", "longer than 256"},
      {"a hostile member name", "{\"accounts\": [],\n\"a\\nb\\u001b[31m" + repeated("x", 100) + "\": 1}", 2,
       "a?b?[31m" + repeated("x", 52) + "...", "unknown member"},
      {"a tenant twice", "{\"accounts\": [{\"id\": \"a\", \"tenants\": [{\"id\": \"t\"},\n{\"id\": \"t\"}]}]}", 2,
       "accounts[0].tenants[1].id", "earlier tenant"},
      {"a product twice",
       "{\"accounts\": [{\"id\": \"a\", \"products\": [{\"code\": \"t\", \"quantity\": 1, \"type\": "
       "\"S\"},\n{\"code\": \"t\", \"quantity\": 1, \"type\": \"S\"}]}]}",
       2, "accounts[0].products[1].code", "earlier product"},
      {"a product without quantity",
       "{\"accounts\": [{\"id\": \"a\", \"products\": [\n{\"code\": \"t\", \"type\": \"S\"}]}]}", 2,
       "accounts[0].products[0].quantity", "is missing"},
      {"null for a quantity",
       "{\"accounts\": [{\"id\": \"a\", \"products\": [\n{\"code\": \"t\", \"quantity\": null, \"type\": \"S\"}]}]}", 2,
       "accounts[0].products[0].quantity", "must be a number"},
  }));
  check_only_mistake(expected);
}

TEST_CASE("a wrong license is told with line and member", "[catalog_json]") {
  const std::string place = "accounts[0].licenses[0]";
  const auto expected = GENERATE_COPY(values<Case>({
      {"no object", with_license("7"), 3, place, "must be an object"},
      {"no id", with_license("{\"product\": \"p\"}"), 3, place + ".id", "is missing"},
      {"no product", with_license("{\"id\": 1}"), 3, place + ".product", "is missing"},
      {"id 0", with_license("{\"id\": 0, \"product\": \"p\"}"), 3, place + ".id", "from 1 to 9007199254740991"},
      {"id too large", with_license("{\"id\": 9007199254740992, \"product\": \"p\"}"), 3, place + ".id",
       "from 1 to 9007199254740991"},
      {"id a fraction", with_license("{\"id\": 1.5, \"product\": \"p\"}"), 3, place + ".id", "whole number"},
      {"id a string", with_license("{\"id\": \"1\", \"product\": \"p\"}"), 3, place + ".id", "whole number"},
      {"id twice", with_license("{\"id\": 1, \"product\": \"p\"},\n{\"id\": 1, \"product\": \"p\"}"), 4,
       "accounts[0].licenses[1].id", "1 is the id of an earlier license"},
      {"unknown type",
       with_license("{\"id\": 1, \"product\": \"p\", \"type\": \"Perpetual\", \"max_consumptions\": 1}"), 3,
       place + ".type", "none of perpetual, subscription"},
      {"consumption of a perpetual license",
       with_license("{\"id\": 1, \"product\": \"p\", \"type\": \"perpetual\",\n\"max_consumptions\": 1}"), 4,
       place + ".max_consumptions", "belongs to licenses of type consumption"},
      {"a reset without a period",
       with_license("{\"id\": 1, \"product\": \"p\", \"type\": \"consumption\",\n\"reset_consumption\": true}"), 4,
       place + ".reset_consumption", "needs a consumption_period"},
      {"unknown period",
       with_license("{\"id\": 1, \"product\": \"p\", \"type\": \"consumption\",\n\"consumption_period\": \"hourly\"}"),
       4, place + ".consumption_period", "none of daily"},
      {"a flag as text",
       with_license("{\"id\": 1, \"product\": \"p\", \"type\": \"consumption\",\n\"allow_overages\": \"true\"}"), 4,
       place + ".allow_overages", "true or false"},
      {"a date that is none", with_license("{\"id\": 1, \"product\": \"p\",\n\"valid_from\": \"2026-02-30\"}"), 4,
       place + ".valid_from", "\"2026-02-30\" is not an RFC 3339 date"},
      {"ends before it begins",
       with_license(
           "{\"id\": 1, \"product\": \"p\", \"valid_from\": \"2026-01-02\",\n\"valid_until\": \"2026-01-02\"}"),
       4, place + ".valid_until", "later than valid_from"},
      {"negative seats", with_license("{\"id\": 1, \"product\": \"p\",\n\"floating_users\": -1}"), 4,
       place + ".floating_users", "from 0 to"},
      {"a timeout of nothing", with_license("{\"id\": 1, \"product\": \"p\",\n\"floating_timeout\": 0}"), 4,
       place + ".floating_timeout", "from 1 to"},
      {"connections limited twice",
       with_license("{\"id\": 1, \"product\": \"p\", \"max_connections\": 1},\n{\"id\": 2, \"product\": \"p\", "
                    "\"max_connections\": 1}"),
       4, "accounts[0].licenses[1].max_connections", "limits its connections already"},
  }));
  check_only_mistake(expected);
}

TEST_CASE("a wrong feature is told with line and member", "[catalog_json]") {
  const std::string place = "accounts[0].licenses[0].features[0]";
  const std::string guid = "da212a06-edcd-461f-8134-c5e39f1559f7";
  const auto expected = GENERATE_COPY(values<Case>({
      {"no code", with_feature("{\"type\": \"floating\"}"), 4, place + ".code", "is missing"},
      {"no type", with_feature("{\"code\": \"c\", \"max_consumptions\": 1}"), 4, place + ".type", "is missing"},
      {"unknown type", with_feature("{\"code\": \"c\", \"type\": \"seats\", \"max_consumptions\": 1}"), 4,
       place + ".type", "\"seats\" is none of floating, consumption"},
      {"not a guid", with_feature("{\"code\": \"c\", \"type\": \"floating\", \"id\": \"zz\"}"), 4, place + ".id",
       "\"zz\" is not a guid"},
      {"a negative maximum", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"maximum\": -1}"), 5,
       place + ".maximum", "from 0 to 1000000000000"},
      {"a maximum too large",
       with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"maximum\": 1000000000000.000001}"), 5,
       place + ".maximum", "from 0 to 1000000000000"},
      {"a maximum beyond all numbers", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"maximum\": 1e300}"),
       5, place + ".maximum", "from 0 to 1000000000000"},
      {"seven decimals", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"maximum\": 0.1234567}"), 5,
       place + ".maximum", "six decimals"},
      {"a maximum as text", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"maximum\": \"10\"}"), 5,
       place + ".maximum", "must be a number"},
      {"a misspelled maximum", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"maximun\": 10}"), 5,
       place + ".maximun", "unknown member"},
      {"a code of the license's own counters", with_feature("{\"code\": \"@connections\",\n\"type\": \"floating\"}"), 4,
       place + ".code", "must not begin with @"},
      {"unknown counting", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"count_by\": \"user\"}"), 5,
       place + ".count_by", "none of increment, session"},
      {"consumption of places", with_feature("{\"code\": \"c\", \"type\": \"floating\",\n\"max_consumptions\": 1}"), 5,
       place + ".max_consumptions", "belongs to features of type consumption"},
      {"places of consumption", with_feature("{\"code\": \"c\", \"type\": \"consumption\",\n\"maximum\": 1}"), 5,
       place + ".maximum", "belongs to features of type floating"},
      {"overage by request",
       with_feature("{\"code\": \"c\", \"type\": \"consumption\",\n\"client_overage_settings\": true}"), 5,
       place + ".client_overage_settings", "unknown member"},
      {"a code twice",
       with_feature("{\"code\": \"c\", \"type\": \"floating\"},\n{\"code\": \"c\", \"type\": \"floating\"}"), 5,
       "accounts[0].licenses[0].features[1].code", "\"c\" is the code of an earlier feature"},
      {"a guid twice",
       with_feature("{\"code\": \"c\", \"type\": \"floating\", \"id\": \"" + guid +
                    "\"},\n{\"code\": \"d\", \"type\": \"floating\", \"id\": \"{" + guid + "}\"}"),
       5, "accounts[0].licenses[0].features[1].id", guid + " is the id of an earlier feature"},
  }));
  check_only_mistake(expected);
}

TEST_CASE("one option guid may stand on several licenses, one license id in several accounts", "[catalog_json]") {
  const std::string license =
      R"({"id": 1, "product": "p", "features": [{"code": "c", "type": "floating", "id": "da212a06edcd461f8134c5e39f1559f7"}]})";
  std::string other = license;
  other.replace(other.find(": 1"), 3, ": 2");
  CHECK(mistakes_in("{\"accounts\": [{\"id\": \"a\", \"licenses\": [" + license + "," + other +
                    "]}, {\"id\": \"b\", \"licenses\": [" + license + "]}]}")
            .empty());
}

TEST_CASE("all mistakes are collected in the order of the file, up to a bound", "[catalog_json]") {
  const auto three = mistakes_in("{\"accounts\": [\n{\"id\": 1},\n{\"name\": \"\"},\n{\"id\": \"b\"}], \"x\": 1}");
  REQUIRE(three.size() == 4);
  CHECK(three[0].member == "accounts[0].id");
  CHECK(three[1].line == 3);
  CHECK(three[3].member == "x");

  const auto many = mistakes_in("{\"accounts\": [" + repeated("{},\n", 1000) + "{}]}");
  CHECK(many.size() == tally::catalog_json::mistakes_max);
}

TEST_CASE("a file beyond the size limit is refused unread", "[catalog_json]") {
  const std::string large(tally::catalog_json::catalog_bytes_max + 1, ' ');
  const auto mistakes = mistakes_in(large);
  REQUIRE(mistakes.size() == 1);
  CHECK(to_string(mistakes[0]) == "is larger than 64 MiB");
}

TEST_CASE("a mistake reads as line, member and sentence", "[catalog_json]") {
  CHECK(to_string(Mistake{12, "accounts[0].id", "is missing"}) == "line 12: accounts[0].id: is missing");
  CHECK(to_string(Mistake{3, "", "not valid JSON"}) == "line 3: not valid JSON");
}
