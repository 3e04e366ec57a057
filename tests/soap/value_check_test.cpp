#include "value_check.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

constexpr std::string_view colours[] = {"RED", "GREEN"};
constexpr NamedType colour{"Colour", colours, {}};

std::string reason(ValueType type, std::string_view text) {
  const Member member{"name", type, type == ValueType::enumeration ? &colour : nullptr};
  const auto flaw = flaw_of(member, text);
  if (!flaw) return "right";
  return flaw->reason.empty() ? "no document" : flaw->reason;
}

const std::string right = "right";
const std::string bad_number = "Input string was not in a correct format.";
const std::string length = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).";
const std::string character = "Guid string should only contain hexadecimal characters.";

std::string range(const std::string& type) { return "Value was either too large or too small for " + type + "."; }

}  // namespace

TEST_CASE("a guid is read in its usual spellings, and refused in the words of System.Guid", "[soap]") {
  const auto [text, expected] = GENERATE_REF(table<std::string, std::string>({
      {"da212a06-edcd-461f-8134-c5e39f1559f7", right},
      {"{DA212A06-EDCD-461F-8134-C5E39F1559F7}", right},
      {"(da212a06-edcd-461f-8134-c5e39f1559f7)", right},
      {"da212a06edcd461f8134c5e39f1559f7", right},
      {" \r\n\tda212a06-edcd-461f-8134-c5e39f1559f7 ", right},
      {"", "Unrecognized Guid format."},
      {" \n", "Unrecognized Guid format."},
      {"x", length},
      {"da212a06-edcd-461f-8134-c5e39f1559f", length},
      {"da212a06-edcd-461f-8134-c5e39f1559f70", length},
      {"{da212a06-edcd-461f-8134-c5e39f1559f7", length},
      {"{da212a06-edcd-461f-8134-c5e39f1559f7)", length},
      {"(da212a06edcd461f8134c5e39f1559f7)", length},
      {"{da212a06edcd461f8134c5e39f1559f7}", "Expected hex 0x in '{0xdddddddd, etc}'."},
      {"da212a06edcd461f8134c5e39f1559{}", "Expected {0xdddddddd, etc}."},
      {"ga212a06edcd461f8134c5e39f1559f7", character},
      {"da212a0-6edcd-461f-8134-c5e39f1559f7", "Dashes are in the wrong position for GUID parsing."},
      {"dag12a06-edcd-461f-8134-c5e39f1559f7", character},
      {"ga212a06-edcd-461f-8134-c5e39f1559f7", "Could not find any recognizable digits."},
      {"da212a06-edcd-461f-8134-c5e39f1559fg", length},
  }));
  INFO(text);
  CHECK(reason(ValueType::guid, text) == expected);
}

TEST_CASE("a boolean is one of four words", "[soap]") {
  const auto [text, expected] = GENERATE_REF(table<std::string, std::string>({
      {"true", right},
      {"false", right},
      {"1", right},
      {"0", right},
      {" true\n", right},
      {"True", "The string 'True' is not a valid Boolean value."},
      {" yes ", "The string 'yes' is not a valid Boolean value."},
      {"", "The string '' is not a valid Boolean value."},
      {"2", "The string '2' is not a valid Boolean value."},
  }));
  INFO(text);
  CHECK(reason(ValueType::boolean, text) == expected);
}

TEST_CASE("whole numbers are told from what is none, and from what is too large", "[soap]") {
  const auto [type, text, expected] = GENERATE_REF(table<ValueType, std::string, std::string>({
      {ValueType::int32, "0", right},
      {ValueType::int32, " -2147483648 ", right},
      {ValueType::int32, "+2147483647", right},
      {ValueType::int32, "0000000000000000000007", right},
      {ValueType::int32, "2147483648", range("an Int32")},
      {ValueType::int32, "-2147483649", range("an Int32")},
      {ValueType::int32, "99999999999999999999999999", range("an Int32")},
      {ValueType::int32, "", bad_number},
      {ValueType::int32, " ", bad_number},
      {ValueType::int32, "-", bad_number},
      {ValueType::int32, "+-1", bad_number},
      {ValueType::int32, "- 1", bad_number},
      {ValueType::int32, "1.0", bad_number},
      {ValueType::int32, "1e3", bad_number},
      {ValueType::int32, "0x1", bad_number},
      {ValueType::int32, "1 2", bad_number},
      {ValueType::uint32, "4294967295", right},
      {ValueType::uint32, "-0", right},
      {ValueType::uint32, "4294967296", range("a UInt32")},
      {ValueType::uint32, "-1", range("a UInt32")},
      {ValueType::int64, "-9223372036854775808", right},
      {ValueType::int64, "9223372036854775808", range("an Int64")},
      {ValueType::int64, "x", bad_number},
  }));
  INFO(text);
  CHECK(reason(type, text) == expected);
}

TEST_CASE("fractions are read with point and exponent, and by name", "[soap]") {
  const auto [text, expected] = GENERATE_REF(table<std::string, std::string>({
      {"45000.25", right},
      {" -1.5E+3 ", right},
      {".5", right},
      {"5.", right},
      {"+1", right},
      {"INF", right},
      {"-INF", right},
      {"NaN", right},
      {"1e-999", right},
      {"1e999", range("a Double")},
      {"-1e999", range("a Double")},
      {"", bad_number},
      {".", bad_number},
      {"1,5", bad_number},
      {"1e", bad_number},
      {"inf", bad_number},
      {"nan", bad_number},
      {"0x10", bad_number},
  }));
  INFO(text);
  CHECK(reason(ValueType::float64, text) == expected);
}

TEST_CASE("an enumeration's text is one of its names exactly", "[soap]") {
  CHECK(reason(ValueType::enumeration, "GREEN") == right);
  CHECK(reason(ValueType::enumeration, "green") ==
        "Instance validation error: 'green' is not a valid value for Colour.");
  CHECK(reason(ValueType::enumeration, " RED") == "Instance validation error: ' RED' is not a valid value for Colour.");
  CHECK(reason(ValueType::enumeration, "") == "Instance validation error: '' is not a valid value for Colour.");
}

TEST_CASE("binary data that is none makes the document unreadable, and text is never wrong", "[soap]") {
  CHECK(reason(ValueType::base64, "QUJD\nRA==") == right);
  CHECK(reason(ValueType::base64, "") == right);
  CHECK(reason(ValueType::base64, "QUJD=RA") == "no document");
  CHECK(reason(ValueType::base64, "A$==") == "no document");
  CHECK(reason(ValueType::string, "\x7f") == right);
}

TEST_CASE("a value is handed on without what surrounds it", "[soap]") {
  CHECK(plain_value(ValueType::int32, " +5\n") == "5");
  CHECK(plain_value(ValueType::int64, "-5") == "-5");
  CHECK(plain_value(ValueType::uint32, "-0") == "0");
  CHECK(plain_value(ValueType::boolean, "\ttrue ") == "true");
  CHECK(plain_value(ValueType::string, " a ") == " a ");
}

}  // namespace tally::soap::test
