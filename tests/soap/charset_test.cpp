#include "charset.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

const std::string soap12 = "application/soap+xml";

std::string text_of(std::string_view body, const std::string& content_type) {
  std::string buffer;
  const auto text = document_text(body, parse_content_type(content_type), buffer);
  return text ? std::string{*text} : "(undecodable)";
}

/// Two bytes a character, of characters below U+0100.
std::string wide(std::string_view text, bool big_endian) {
  std::string bytes;
  for (const char c : text) big_endian ? bytes.append(1, '\0').append(1, c) : bytes.append(1, c).append(1, '\0');
  return bytes;
}

}  // namespace

TEST_CASE("a document is decoded by the content type's charset", "[soap]") {
  const auto [charset, body, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"utf-8", "<a>\xd0\x81</a>", "<a>\xd0\x81</a>"},
      {"\"UTF-8\"", "<a>\xd0\x81</a>", "<a>\xd0\x81</a>"},
      {"us-ascii", "<a>1</a>", "<a>1</a>"},
      {"iso-8859-1", "<a>\xe9</a>", "<a>\xc3\xa9</a>"},
      {"ISO-8859-1", "<a>\x80</a>", "<a>\xc2\x80</a>"},
      {"windows-1251", "<a>\xa8\xe6</a>", "<a>\xd0\x81\xd0\xb6</a>"},
      {"'windows-1251'", "<a>\xa8</a>", "<a>\xd0\x81</a>"},
      {"windows-1252", "<a>\x80</a>", "<a>\xe2\x82\xac</a>"},
      {"koi8-r", "<a>\xb3</a>", "<a>\xd0\x81</a>"},
      {"cp866", "<a>\xf0</a>", "<a>\xd0\x81</a>"},
  }));
  INFO(charset);
  CHECK(text_of(body, "text/xml; charset=" + charset) == expected);
  CHECK(text_of(body, soap12 + "; charset=" + charset) == expected);
}

TEST_CASE("UTF-16 is read in both byte orders, with a byte order mark and without", "[soap]") {
  const std::string document = "<a>\xe9</a>";
  const std::string expected = "<a>\xc3\xa9</a>";
  CHECK(text_of(wide(document, false), "text/xml; charset=utf-16") == expected);
  CHECK(text_of(wide(document, true), "text/xml; charset=utf-16BE") == expected);
  for (const std::string charset : {"utf-16", "utf-16be", "utf-8", "windows-1251", "unheard-of"}) {
    INFO(charset);
    CHECK(text_of("\xff\xfe" + wide(document, false), "text/xml; charset=" + charset) == expected);
    CHECK(text_of("\xfe\xff" + wide(document, true), "text/xml; charset=" + charset) == expected);
  }
  CHECK(text_of("\xff\xfe" + wide(document, false), "text/xml") == expected);
  CHECK(text_of(std::string{"\xff\xfe\0\0<\0\0\0", 8}, "text/xml") == "<");
}

TEST_CASE("UTF-8's byte order mark wins over every charset", "[soap]") {
  CHECK(text_of("\xef\xbb\xbf<a>\xd0\x81</a>", "text/xml; charset=windows-1251") == "\xef\xbb\xbf<a>\xd0\x81</a>");
  CHECK(text_of("\xef\xbb\xbf<a/>", "text/xml; charset=utf-16") == "\xef\xbb\xbf<a/>");
}

TEST_CASE("a charset that is absent or unknown is UTF-8 with text/xml, whatever the document declares", "[soap]") {
  const std::string document = "<?xml version='1.0' encoding='windows-1251'?><a>\xd0\x81</a>";
  for (const std::string type : {"text/xml", "text/xml; charset=", "text/xml; charset=unheard-of", "text/xml; x=y"}) {
    INFO(type);
    CHECK(text_of(document, type) == document);
  }
}

TEST_CASE("a charset that is absent or unknown is the document's own affair with application/soap+xml", "[soap]") {
  const auto declared = [](const std::string& encoding, const std::string& text) {
    return "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?><a>" + text + "</a>";
  };
  for (const std::string& type : {soap12, soap12 + "; charset=unheard-of"}) {
    INFO(type);
    CHECK(text_of(declared("windows-1251", "\xa8"), type) == declared("windows-1251", "\xd0\x81"));
    CHECK(text_of(declared("ISO-8859-1", "\xe9"), type) == declared("ISO-8859-1", "\xc3\xa9"));
    CHECK(text_of(declared("utf-8", "\xd0\x81"), type) == declared("utf-8", "\xd0\x81"));
    CHECK(text_of("<a>\xd0\x81</a>", type) == "<a>\xd0\x81</a>");
    CHECK(text_of(wide("<a/>", false), type) == "<a/>");
    CHECK(text_of(wide("<a/>", true), type) == "<a/>");
    CHECK(text_of(declared("unheard-of", "1"), type) == "(undecodable)");
    CHECK(text_of(declared("utf-16", "1"), type) == "(undecodable)");
    CHECK(text_of(declared("../../etc/passwd", "1"), type) == "(undecodable)");
  }
}

TEST_CASE("bytes that a charset has no letter for are refused", "[soap]") {
  CHECK(text_of("<a>\x98</a>", "text/xml; charset=windows-1251") == "(undecodable)");
  CHECK(text_of(wide("<a/>", false) + "x", "text/xml; charset=utf-16") == "(undecodable)");
  CHECK(text_of(std::string{"<\0\0\xd8>\0", 6}, "text/xml; charset=utf-16") == "(undecodable)");
}

TEST_CASE("a long document is decoded whole", "[soap]") {
  const std::string body(100'000, '\xa8');
  const std::string text = text_of(body, "text/xml; charset=windows-1251");
  CHECK(text.size() == 200'000);
  CHECK(text.ends_with("\xd0\x81"));
}

TEST_CASE("UTF-8 is not copied", "[soap]") {
  const std::string body = "<a/>";
  std::string buffer;
  CHECK(document_text(body, parse_content_type("text/xml; charset=utf-8"), buffer)->data() == body.data());
  CHECK(document_text(body, parse_content_type("text/xml"), buffer)->data() == body.data());
}

}  // namespace tally::soap::test
