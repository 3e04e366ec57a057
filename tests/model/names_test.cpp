#include "tally/model/names.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace tally::model;

TEST_CASE("every kind has a name of its own", "[model]") {
  std::set<std::string_view> names;
  for (const auto kind : {EventKind::granted, EventKind::refused, EventKind::given_back, EventKind::session_opened,
                          EventKind::session_ended, EventKind::expired, EventKind::reset, EventKind::adjusted}) {
    names.insert(name_of(kind));
  }
  for (const auto door : {Door::engine, Door::soap, Door::floating, Door::license_resource_manager, Door::usage,
                          Door::admin, Door::command_line}) {
    names.insert(name_of(door));
  }
  // "floating" is a door and a kind of counter.
  for (const auto kind : {CounterKind::floating, CounterKind::consumption}) names.insert(name_of(kind));
  for (const auto count_by : {CountBy::increment, CountBy::session}) names.insert(name_of(count_by));
  for (const auto period : {Period::daily, Period::weekly, Period::monthly, Period::annually}) {
    CHECK(period_named(name_of(period)) == period);
    names.insert(name_of(period));
  }
  CHECK(names.size() == 8 + 7 + 2 + 2 + 4 - 1);
  CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("a kind that does not exist has no name that could be taken for one", "[model]") {
  CHECK(name_of(static_cast<EventKind>(99)) == "unknown");
  CHECK(name_of(static_cast<Door>(99)) == "unknown");
}

TEST_CASE("names are compared without regard to ASCII case, and only that", "[model]") {
  CHECK(equal_ignoring_case("ComputerName", "computerNAME"));
  CHECK(equal_ignoring_case("", ""));
  CHECK_FALSE(equal_ignoring_case("ComputerName", "ComputerNam"));
  CHECK_FALSE(equal_ignoring_case("[", "{"));
  CHECK_FALSE(equal_ignoring_case("\xd0\x96", "\xd0\xb6"));  // a Cyrillic letter in both cases
}

TEST_CASE("well-formed UTF-8 is accepted, up to the edges of its ranges", "[model]") {
  const auto text =
      GENERATE(std::string{}, "ascii", std::string("\0", 1), "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd\xd0\xbe\xd0\xb2",
               "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
               "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xf0\x9f\x98\x80z");
  CHECK(is_utf8(text));
}

TEST_CASE("what is not well-formed UTF-8 is refused", "[model]") {
  struct Bad {
    const char* name;
    std::string text;
  };
  const auto bad = GENERATE(values<Bad>({
      {"a lone follower", "\x80"},
      {"overlong slash in two bytes", "\xc0\xaf"},
      {"overlong in two bytes", "\xc1\xbf"},
      {"overlong in three bytes", "\xe0\x9f\xbf"},
      {"overlong in four bytes", "\xf0\x8f\xbf\xbf"},
      {"a high surrogate", "\xed\xa0\x80"},
      {"a low surrogate", "\xed\xbf\xbf"},
      {"above U+10FFFF", "\xf4\x90\x80\x80"},
      {"a lead that never was", "\xf5\x80\x80\x80"},
      {"0xff", "\xff"},
      {"two bytes cut short", "a\xd0"},
      {"three bytes cut short", "\xe2\x82"},
      {"four bytes cut short", "\xf0\x9f\x98"},
      {"a follower that is none", "\xd0z"},
      {"a second follower that is none", "\xe2\x82z"},
      {"Windows-1251", "\xc8\xe2\xe0\xed\xee\xe2"},
  }));
  CAPTURE(bad.name);
  CHECK_FALSE(is_utf8(bad.text));
}
