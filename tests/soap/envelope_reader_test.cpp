#include "envelope_reader.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

EnvelopeOutline outline_of(const std::string& document) {
  XmlReader reader;
  EnvelopeOutline outline;
  REQUIRE(read_outline(reader, document, outline));
  return outline;
}

std::string enveloped(const std::string& inner, std::string_view name_space = envelope_namespace_11) {
  return "<e:Envelope xmlns:e='" + std::string{name_space} + "' xmlns:s='" + std::string{service_namespace} + "'>" +
         inner + "</e:Envelope>";
}

std::string parameters_of(const std::string& inner) {
  return outline_of(enveloped("<e:Body><s:Op>" + inner + "</s:Op></e:Body>")).parameters;
}

}  // namespace

TEST_CASE("an envelope is told by its namespace", "[soap]") {
  const auto v11 = outline_of(enveloped("<e:Body><s:Op/></e:Body>"));
  CHECK(v11.root_is_envelope);
  CHECK(v11.version == SoapVersion::v11);
  CHECK(v11.has_body);
  CHECK(v11.operation == "Op");
  CHECK(v11.operation_namespace == service_namespace);
  CHECK(v11.parameters.empty());
  CHECK(outline_of(enveloped("<e:Body/>", envelope_namespace_12)).version == SoapVersion::v12);
  const auto foreign = outline_of(enveloped("<e:Body><s:Op/></e:Body>", "urn:x"));
  CHECK_FALSE(foreign.root_is_envelope);
  CHECK_FALSE(foreign.has_body);
  CHECK(foreign.root_namespace == "urn:x");
}

TEST_CASE("the body is the first one in the envelope's namespace, the operation the first element in it", "[soap]") {
  CHECK_FALSE(outline_of(enveloped("<Body><s:Op/></Body>")).has_body);
  CHECK_FALSE(outline_of(enveloped("<s:Body><s:Op/></s:Body>")).has_body);
  CHECK_FALSE(outline_of(enveloped("<e:Header><e:Body><s:Op/></e:Body></e:Header>")).has_body);
  CHECK(outline_of(enveloped("<e:Body>text<s:A/><s:B/></e:Body><e:Body><s:C/></e:Body>")).operation == "A");
  CHECK(outline_of(enveloped("<e:Body/><e:Body><s:C/></e:Body>")).operation.empty());
  CHECK(outline_of(enveloped("<e:Body><A/></e:Body>")).operation_namespace.empty());
}

TEST_CASE("a header that demands to be understood is seen, others are not in the way", "[soap]") {
  const auto [inner, demands] = GENERATE(table<const char*, bool>({
      {"<e:Header><x e:mustUnderstand='1'/></e:Header>", true},
      {"<e:Header><x e:mustUnderstand='true'/></e:Header>", true},
      {"<e:Header><x e:mustUnderstand='0'/><y/></e:Header>", false},
      {"<e:Header><x mustUnderstand='1'/></e:Header>", false},
      {"<e:Header><x><y e:mustUnderstand='1'/></x></e:Header>", false},
      {"<s:Header><x e:mustUnderstand='1'/></s:Header>", false},
  }));
  INFO(inner);
  CHECK(outline_of(enveloped(std::string{inner} + "<e:Body/>")).must_understand == demands);
}

TEST_CASE("parameters are written anew: names and text, and nothing else", "[soap]") {
  const auto [inner, written] = GENERATE(table<std::string, std::string>({
      {"<s:a>1</s:a> <s:b>2</s:b>", "<a>1</a><b>2</b>"},
      {"<s:a/><s:b></s:b><s:c><!-- --></s:c>", "<a/><b/><c/>"},
      {"<s:a> </s:a>", "<a> </a>"},
      {"<s:a x='1' s:y='2' id='i' href='#i' xmlns:n='urn:n'>1</s:a>", "<a>1</a>"},
      {"<a>1</a><n:a xmlns:n='urn:n'><s:a>2</s:a></n:a><s:a>3</s:a>", "<a>3</a>"},
      {"<s:a>1<n/>2<n>3</n>4</s:a>", "<a>124</a>"},
      {"stray<s:a>1</s:a>stray", "<a>1</a>"},
      {"<s:a><s:b/><s:c>1</s:c></s:a>", "<a><b></b><c>1</c></a>"},
      {"<s:a>&lt;b x=&quot;1&quot;&gt;&amp;&#13;</s:a>", "<a>&lt;b x=&quot;1&quot;&gt;&amp;&#xD;</a>"},
      {"<s:a><![CDATA[<b/>]]></s:a>", "<a>&lt;b/&gt;</a>"},
      {"<s:a>\xd0\xaf&#x1F600;</s:a>", "<a>\xd0\xaf\xf0\x9f\x98\x80</a>"},
  }));
  INFO(inner);
  CHECK(parameters_of(inner) == written);
}

TEST_CASE("an empty parameter is told from a missing one, and from what only looks like it", "[soap]") {
  CHECK(has_empty_parameter(parameters_of("<s:a/>"), "a"));
  CHECK(has_empty_parameter(parameters_of("<s:a></s:a>"), "a"));
  CHECK_FALSE(has_empty_parameter(parameters_of(""), "a"));
  CHECK_FALSE(has_empty_parameter(parameters_of("<s:ab/><s:b>&lt;a/&gt;</s:b><s:c><s:a/></s:c><a/>"), "a"));
}

TEST_CASE("what follows the operation's element is no part of it", "[soap]") {
  const auto outline =
      outline_of(enveloped("<e:Body><s:Op><s:a>1</s:a></s:Op><s:a>2</s:a><s:Op><s:a>3</s:a></s:Op></e:Body>"));
  CHECK(outline.parameters == "<a>1</a>");
}

}  // namespace tally::soap::test
