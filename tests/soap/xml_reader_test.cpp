#include "xml_reader.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace tally::soap::test {
namespace {

/// Writes down what it is told.
struct Minutes final : XmlHandler {
  void start(int depth, std::string_view name_space, std::string_view name, Attributes attributes) override {
    text_ += std::to_string(depth) + "<{" + std::string{name_space} + "}" + std::string{name};
    for (const auto& [attribute, value] : attributes) text_.append(" ").append(attribute).append("=").append(value);
    text_ += ">";
  }
  void text(int, std::string_view text) override { text_ += text; }
  void end(int depth) override { text_ += "/" + std::to_string(depth); }
  std::string text_;
};

std::string minutes_of(std::string_view document) {
  XmlReader reader;
  Minutes minutes;
  REQUIRE(reader.read(document, minutes));
  return minutes.text_;
}

bool is_document(std::string_view document) {
  XmlReader reader;
  Minutes minutes;
  return reader.read(document, minutes);
}

std::string nested(int depth) {
  std::string text;
  for (int level = 0; level < depth; ++level) text += "<a>";
  for (int level = 0; level < depth; ++level) text += "</a>";
  return text;
}

}  // namespace

TEST_CASE("elements, attributes and text are told with their namespaces and depths", "[soap]") {
  CHECK(minutes_of("<p:a xmlns:p='urn:p' p:x='1' y='2'><b xmlns='urn:b'>t</b>u</p:a>") ==
        "1<{urn:p}a urn:p\nx=1 y=2>2<{urn:b}b>t/2u/1");
}

TEST_CASE("character references, CDATA and the five entities are text; comments and instructions are nothing",
          "[soap]") {
  CHECK(minutes_of("<a>&#65;&#x42;&lt;&gt;&amp;&quot;&apos;<![CDATA[<&]]><!-- c --><?i x?></a>") ==
        "1<{}a>AB<>&\"'<&/1");
}

TEST_CASE("a byte order mark is taken, a declared encoding is not obeyed", "[soap]") {
  const auto prolog = GENERATE(as<std::string>{}, "\xef\xbb\xbf", "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>",
                               "<?xml version='1.0' encoding='utf-16'?>", "<?xml version='1.0' encoding='iso-8859-1'?>",
                               "<?xml version=\"1.0\" encoding=\"no-such-thing\" standalone=\"yes\"?>");
  CHECK(minutes_of(prolog + "<a>\xd0\xaf</a>") == "1<{}a>\xd0\xaf/1");
}

TEST_CASE("what is no well-formed document in UTF-8 without a document type is refused", "[soap]") {
  struct Row {
    const char* what;
    std::string document;
  };
  using namespace std::string_literals;
  const auto row = GENERATE(
      Row{"nothing", ""}, Row{"white space", " \n"}, Row{"text", "no xml"}, Row{"cut", "<a><b></b>"},
      Row{"wrong end", "<a></b>"}, Row{"two roots", "<a/><b/>"}, Row{"text behind the root", "<a/>x"},
      Row{"attribute twice", "<a x='1' x='2'/>"},
      Row{"attribute twice by namespace", "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>"},
      Row{"attribute without quotes", "<a x=1/>"}, Row{"undeclared prefix", "<p:a/>"},
      Row{"undeclared prefix of an attribute", "<a p:x='1'/>"}, Row{"empty prefix declaration", "<a xmlns:p=''/>"},
      Row{"undefined entity", "<a>&nbsp;</a>"}, Row{"document type", "<!DOCTYPE a><a/>"},
      Row{"document type with an entity", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"},
      Row{"external document type", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"}, Row{"NUL", "<a>\0</a>"s},
      Row{"NUL at the end", "<a/>\0"s}, Row{"NUL by reference", "<a>&#0;</a>"}, Row{"control character", "<a>\x01</a>"},
      Row{"control character by reference", "<a>&#1;</a>"}, Row{"surrogate by reference", "<a>&#xD800;</a>"},
      Row{"beyond Unicode", "<a>&#x110000;</a>"}, Row{"U+FFFE", "<a>\xef\xbf\xbe</a>"}, Row{"no UTF-8", "<a>\xff</a>"},
      Row{"overlong form", "<a>\xc0\xaf</a>"}, Row{"surrogate", "<a>\xed\xa0\x80</a>"},
      Row{"cut sequence", "<a>\xd0</a>"}, Row{"Latin-1", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>"},
      Row{"UTF-16 with a mark", "\xff\xfe<\0a\0/\0>\0"s},
      Row{"UTF-16, big end first, with a mark", "\xfe\xff\0<\0a\0/\0>"s}, Row{"UTF-16 without a mark", "<\0a\0/\0>\0"s},
      Row{"declaration behind a blank", " <?xml version='1.0'?><a/>"}, Row{"]]> in text", "<a>]]></a>"});
  INFO(row.what);
  CHECK_FALSE(is_document(row.document));
}

TEST_CASE("64 levels are read and not one more", "[soap]") {
  CHECK(is_document(nested(xml_depth_max)));
  CHECK_FALSE(is_document(nested(xml_depth_max + 1)));
  CHECK_FALSE(is_document(std::string(100'000, '<')));
  std::string open;
  for (int level = 0; level < 100'000; ++level) open += "<a>";
  CHECK_FALSE(is_document(open));
}

TEST_CASE("a reader that has refused a document reads the next one as if nothing had been", "[soap]") {
  XmlReader reader;
  for (const char* bad : {"<a><b", "<!DOCTYPE a><a/>", "<p:a xmlns:p='u'><p:b>", "\xff"}) {
    Minutes refused;
    CHECK_FALSE(reader.read(bad, refused));
    Minutes minutes;
    REQUIRE(reader.read("<a><b>t</b></a>", minutes));
    CHECK(minutes.text_ == "1<{}a>2<{}b>t/2/1");
    Minutes undeclared;
    CHECK_FALSE(reader.read("<p:a/>", undeclared));  // nothing is left of the earlier declaration
  }
}

}  // namespace tally::soap::test
