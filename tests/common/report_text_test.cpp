#include "tally/admin/report_text.hpp"

#include <catch2/catch.hpp>

namespace tally::admin::test {

TEST_CASE("a terminal is shown no control character of either set, and columns stay aligned", "[admin]") {
  const storage::Report report{.columns = {"user", "n"},
                               .rows = {{"a\x1b[31m", "1"},
                                        {"\xc2\x9b"
                                         "31m\xd0\xaf",
                                         {}}}};
  CHECK(as_columns(report) ==
        "user    n\n"
        "a?[31m  1\n"
        "?31m\xd0\xaf   -\n");
}

TEST_CASE("CSV quotes what needs it and tells unknown from nothing by no sign", "[admin]") {
  const storage::Report report{.columns = {"a", "b"}, .rows = {{"x,y", "say \"hi\""}, {{}, "two\nlines"}}};
  CHECK(as_csv(report) == "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n,\"two\nlines\"\r\n");
}

TEST_CASE("JSON tells unknown as null", "[admin]") {
  const storage::Report report{.columns = {"a", "b"}, .rows = {{"1", {}}}};
  CHECK(as_json(report) == "[{\"a\":\"1\",\"b\":null}]\n");
}

}  // namespace tally::admin::test
