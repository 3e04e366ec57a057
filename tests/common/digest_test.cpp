#include "tally/common/digest.hpp"

#include <catch2/catch.hpp>

namespace tally::common::test {

TEST_CASE("bytes are written as two lower-case digits each", "[common]") {
  CHECK(hexadecimal("").empty());
  CHECK(hexadecimal(std::string_view{"\0\x7f\x80\xff", 4}) == "007f80ff");
}

TEST_CASE("a digest is SHA-256's", "[common]") {
  // FIPS 180-4, examples
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace tally::common::test
