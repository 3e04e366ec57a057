#include "tally/model/guid.hpp"

#include <catch2/catch.hpp>

using tally::model::parse_guid;
using tally::model::to_string;

TEST_CASE("every usual spelling of a guid reads as the same guid", "[model]") {
  const auto spelling =
      GENERATE("0f8fad5b-d9cb-469f-a165-70867728950e", "0F8FAD5B-D9CB-469F-A165-70867728950E",
               "0f8fad5bd9cb469fa16570867728950e", "{0f8fad5b-d9cb-469f-a165-70867728950e}",
               "(0F8FAD5B-d9cb-469f-a165-70867728950e)", " \t0f8fad5b-d9cb-469f-a165-70867728950e\r\n",
               "  {0f8fad5b-d9cb-469f-a165-70867728950e} ");
  CAPTURE(spelling);
  const auto guid = parse_guid(spelling);
  REQUIRE(guid);
  CHECK(to_string(*guid) == "0f8fad5b-d9cb-469f-a165-70867728950e");
}

TEST_CASE("what is no guid is not read", "[model]") {
  const auto text = GENERATE("", " ", "{", "()", "0f8fad5b-d9cb-469f-a165-70867728950",
                             "0f8fad5b-d9cb-469f-a165-70867728950e0", "0f8fad5b-d9cb-469f-a165-70867728950g",
                             "0f8fad5bd9cb469fa16570867728950", "0f8fad5b_d9cb_469f_a165_70867728950e",
                             "{0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e}",
                             "{0f8fad5b-d9cb-469f-a165-70867728950e)", "(0f8fad5b-d9cb-469f-a165-70867728950e}",
                             "{0f8fad5bd9cb469fa16570867728950e}", "{{0f8fad5b-d9cb-469f-a165-70867728950e}}",
                             "0f8fad5bd-9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e\x01",
                             "+f8fad5b-d9cb-469f-a165-70867728950e", "0x8fad5b-d9cb-469f-a165-70867728950e");
  CAPTURE(text);
  CHECK_FALSE(parse_guid(text));
}

TEST_CASE("a guid is written in the order of its bytes", "[model]") {
  tally::model::Guid guid;
  for (std::uint8_t byte = 0; byte < 16; ++byte) guid.bytes[byte] = static_cast<std::uint8_t>(byte * 16 + byte);
  CHECK(to_string(guid) == "00112233-4455-6677-8899-aabbccddeeff");
  CHECK(parse_guid(to_string(guid)) == guid);
  CHECK_FALSE(guid.is_zero());
  CHECK(tally::model::Guid{}.is_zero());
}
