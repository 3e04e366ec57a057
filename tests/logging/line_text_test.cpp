#include "line_text.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace tally::logging;

namespace {

// 2026-01-02T03:04:05.000123Z
constexpr Moment moment{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + std::chrono::hours{3} +
                        std::chrono::minutes{4} + std::chrono::seconds{5} + std::chrono::microseconds{123}};

std::string text_line(std::string_view message, std::initializer_list<Attribute> attributes) {
  std::string text;
  append_text_line({moment, Level::info, Channel::http, message, attributes}, text);
  return text;
}

std::string json_line(std::string_view message, std::initializer_list<Attribute> attributes) {
  std::string text;
  append_json_line({moment, Level::warning, Channel::cluster, message, attributes}, text);
  return text;
}

}  // namespace

TEST_CASE("a text line has time, level, channel, message and named values", "[logging]") {
  CHECK(text_line(
            "request finished",
            {{"op", "Increment"}, {"status", 200}, {"ms", 1.5}, {"cached", false}, {"id", 18446744073709551615U}}) ==
        "2026-01-02T03:04:05.000123Z info http request finished op=Increment status=200 ms=1.5 cached=false "
        "id=18446744073709551615\n");
}

TEST_CASE("a JSON line is one object", "[logging]") {
  CHECK(
      json_line("started", {{"op", "a \"b\""}, {"n", -1}, {"share", 0.25}, {"on", true}}) ==
      R"({"time":"2026-01-02T03:04:05.000123Z","level":"warning","channel":"cluster","message":"started","op":"a \"b\"","n":-1,"share":0.25,"on":true})"
      "\n");
}

TEST_CASE("no value can forge a line, in either format", "[logging]") {
  struct Case {
    std::string name;
    std::string value;
    std::string text;
    std::string json;
  };
  const auto [name, value, text, json] = GENERATE(values<Case>({
      {"plain", "DOM/ivanov", "DOM/ivanov", "\"DOM/ivanov\""},
      {"empty", "", "\"\"", "\"\""},
      {"space", "a b", "\"a b\"", "\"a b\""},
      {"equals sign", "a=b", "\"a=b\"", "\"a=b\""},
      {"quotes", "a\"b", "\"a\\\"b\"", "\"a\\\"b\""},
      {"backslash", "DOM\\ivanov", "\"DOM\\\\ivanov\"", "\"DOM\\\\ivanov\""},
      {"line break", "a\nb\r", "\"a\\nb\\r\"", "\"a\\nb\\r\""},
      {"tab", "\t", "\"\\t\"", "\"\\t\""},
      {"escape", "\x1b[31m", "\"\\u001b[31m\"", "\"\\u001b[31m\""},
      {"NUL", std::string("a\0b", 3), "\"a\\u0000b\"", "\"a\\u0000b\""},
      {"delete", "\x7f", "\"\\u007f\"", "\"\\u007f\""},
      {"next line", "\xC2\x85", "\"\\u0085\"", "\"\\u0085\""},
      {"line separator", "\u2028", "\"\\u2028\"", "\"\\u2028\""},
      {"direction override", "\u202e\u2066", "\"\\u202e\\u2066\"", "\"\\u202e\\u2066\""},
      {"letters of the world", "é\u20ac\U0001F600", "\"é\u20ac\U0001F600\"", "\"é\u20ac\U0001F600\""},
      {"no UTF-8", "a\xE9", "\"a\\xe9\"", "\"a\uFFFD\""},
      {"overlong", "\xC0\x8A", "\"\\xc0\\x8a\"", "\"\uFFFD\uFFFD\""},
      {"overlong of three", "\xE0\x80\x8A", "\"\\xe0\\x80\\x8a\"", "\"\uFFFD\uFFFD\uFFFD\""},
      {"surrogate", "\xED\xA0\x80", "\"\\xed\\xa0\\x80\"", "\"\uFFFD\uFFFD\uFFFD\""},
      {"beyond Unicode", "\xF4\x90\x80\x80", "\"\\xf4\\x90\\x80\\x80\"", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
      {"cut short", "\xF0\x9F\x98", "\"\\xf0\\x9f\\x98\"", "\"\uFFFD\uFFFD\uFFFD\""},
  }));
  CAPTURE(name);
  CHECK_THAT(text_line("m", {{"v", value}}), Catch::EndsWith(" m v=" + text + "\n"));
  CHECK_THAT(json_line("m", {{"v", value}}), Catch::EndsWith("\"v\":" + json + "}\n"));
}

TEST_CASE("a message is escaped too", "[logging]") {
  CHECK_THAT(text_line("a\nb", {}), Catch::EndsWith(" a\\nb\n"));
  CHECK_THAT(json_line("a\nb\"", {}), Catch::EndsWith("\"message\":\"a\\nb\\\"\"}\n"));
}

TEST_CASE("a long value is cut", "[logging]") {
  const std::string long_value(5000, 'x');
  CHECK_THAT(text_line("m", {{"v", long_value}}), Catch::EndsWith("v=\"" + std::string(4096, 'x') + "...\"\n"));
}

TEST_CASE("numbers that JSON does not have are null there", "[logging]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THAT(json_line("m", {{"v", infinity}}), Catch::EndsWith("\"v\":null}\n"));
  CHECK_THAT(text_line("m", {{"v", infinity}}), Catch::EndsWith("v=inf\n"));
}

TEST_CASE("time goes on, and back", "[logging]") {
  const auto begin_of = [](Moment at) {
    std::string text;
    append_text_line({at, Level::error, Channel::server, "m", {}}, text);
    return text.substr(0, 27);
  };
  CHECK(begin_of(moment) == "2026-01-02T03:04:05.000123Z");
  CHECK(begin_of(moment + std::chrono::microseconds{999'876}) == "2026-01-02T03:04:05.999999Z");
  CHECK(begin_of(moment + std::chrono::hours{24 * 365}) == "2027-01-02T03:04:05.000123Z");
  CHECK(begin_of(moment) == "2026-01-02T03:04:05.000123Z");
  CHECK(begin_of(Moment{std::chrono::microseconds{-1}}) == "1969-12-31T23:59:59.999999Z");
}
