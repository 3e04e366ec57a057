#include "envelope_reader.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

const std::string id = "da212a06-edcd-461f-8134-c5e39f1559f7";

std::optional<EnvelopeOutline> read(const std::string& document, std::string_view asked_for = {}) {
  XmlReader reader;
  EnvelopeOutline outline;
  if (!read_outline(reader, document, find_operation(asked_for), outline)) return std::nullopt;
  return outline;
}

EnvelopeOutline outline_of(const std::string& document, std::string_view asked_for = {}) {
  auto outline = read(document, asked_for);
  REQUIRE(outline);
  return *outline;
}

std::string enveloped(const std::string& inner, std::string_view name_space = envelope_namespace_11) {
  return "<e:Envelope xmlns:e='" + std::string{name_space} + "' xmlns:s='" + std::string{service_namespace} + "'>" +
         inner + "</e:Envelope>";
}

std::string body_with(const std::string& operation, const std::string& inner) {
  return enveloped("<e:Body><s:" + operation + ">" + inner + "</s:" + operation + "></e:Body>");
}

/// Of an operation with the members sessionId (guid) and settings (string).
std::string parameters_of(const std::string& inner) {
  return outline_of(body_with("SessionSetSettings", inner)).parameters;
}

std::string operation_of(const std::string& inner, std::string_view asked_for = {}) {
  const auto outline = outline_of(enveloped(inner), asked_for);
  return outline.operation == nullptr ? "(none)" : std::string{outline.operation->name};
}

}  // namespace

TEST_CASE("an envelope is told by its namespace and its name", "[soap]") {
  const auto v11 = outline_of(enveloped("<e:Body><s:HealthCheck/></e:Body>"));
  CHECK(v11.is_soap);
  CHECK(v11.is_envelope);
  CHECK(v11.version == SoapVersion::v11);
  CHECK(v11.has_body);
  CHECK(v11.operation->name == "HealthCheck");
  CHECK(v11.parameters.empty());
  CHECK(outline_of(enveloped("<e:Body/>", envelope_namespace_12)).version == SoapVersion::v12);
  const auto foreign = outline_of(enveloped("<e:Body><s:HealthCheck/></e:Body>", "urn:x"));
  CHECK_FALSE(foreign.is_soap);
  CHECK_FALSE(foreign.has_body);
  CHECK(foreign.root_namespace == "urn:x");
  const auto other = outline_of("<o xmlns='" + std::string{envelope_namespace_11} + "'><Body/></o>");
  CHECK(other.is_soap);
  CHECK_FALSE(other.is_envelope);
}

TEST_CASE("without one that is asked for, the operation is the first element in the first body", "[soap]") {
  CHECK_FALSE(outline_of(enveloped("<Body><s:HealthCheck/></Body>")).has_body);
  CHECK_FALSE(outline_of(enveloped("<s:Body><s:HealthCheck/></s:Body>")).has_body);
  CHECK_FALSE(outline_of(enveloped("<e:Header><e:Body><s:HealthCheck/></e:Body></e:Header>")).has_body);
  CHECK(operation_of("<e:Body>text<s:HealthCheck/><s:CardCopy/></e:Body><e:Body><s:CardGetInfo/></e:Body>") ==
        "HealthCheck");
  CHECK(operation_of("<e:Body/><e:Body><s:HealthCheck/></e:Body>") == "(none)");
  CHECK(operation_of("<e:Body><HealthCheck/></e:Body>") == "(none)");
  CHECK(operation_of("<e:Body><s:healthCheck/></e:Body>") == "(none)");
  CHECK(operation_of("<e:Body><s:Nothing/><s:HealthCheck/></e:Body>") == "(none)");
}

TEST_CASE("an operation that is asked for is looked for among all elements of the body", "[soap]") {
  const std::string wrapper = "<s:SessionKeepAlive><s:sessionId>" + id + "</s:sessionId></s:SessionKeepAlive>";
  const std::string read_so = "<sessionId>" + id + "</sessionId>";
  const auto parameters = [](const std::string& inner) {
    return outline_of(enveloped(inner), "SessionKeepAlive").parameters;
  };
  CHECK(parameters("<e:Body><s:SessionLogout>x</s:SessionLogout><o/>" + wrapper + "</e:Body>") == read_so);
  CHECK(parameters("<e:Body><s:SessionLogout><s:sessionId>x</s:sessionId></s:SessionLogout></e:Body>").empty());
  CHECK(operation_of("<e:Body><s:SessionLogout/></e:Body>", "SessionKeepAlive") == "SessionKeepAlive");
}

TEST_CASE("a header that demands to be understood is named if it is for us", "[soap]") {
  const std::string next = "http://schemas.xmlsoap.org/soap/actor/next";
  const std::string role = "http://www.w3.org/2003/05/soap-envelope/role/";
  const auto [header, understood] = GENERATE_REF(table<std::string, bool>({
      {"<x e:mustUnderstand='1'/>", false},
      {"<x e:mustUnderstand='true'/>", false},
      {"<x e:mustUnderstand='0'/><y/>", true},
      {"<x e:mustUnderstand='false'/>", true},
      {"<x e:mustUnderstand='yes'/>", true},
      {"<x mustUnderstand='1'/>", true},
      {"<x><y e:mustUnderstand='1'/></x>", true},
      {"<y/><x e:mustUnderstand='1' e:actor=''/>", false},
      {"<x e:mustUnderstand='1' e:actor='" + next + "'/>", false},
      {"<x e:mustUnderstand='1' e:actor='urn:somebody-else'/>", true},
      {"<x e:mustUnderstand='1' actor='urn:somebody-else'/>", false},
      {"<x f:mustUnderstand='1' f:role='" + role + "next'/>", false},
      {"<x f:mustUnderstand='1' f:role='" + role + "ultimateReceiver'/>", false},
      {"<x f:mustUnderstand='true' f:role='" + role + "none'/>", true},
      {"<x f:mustUnderstand='true' f:role='urn:somebody-else'/>", true},
  }));
  INFO(header);
  const auto outline = outline_of(
      enveloped("<e:Header xmlns:f='http://www.w3.org/2003/05/soap-envelope'>" + header + "</e:Header>" + "<e:Body/>"));
  CHECK(outline.not_understood.has_value() != understood);
  if (!understood) CHECK(outline.not_understood == "x");
}

TEST_CASE("what looks like a header but stands elsewhere demands nothing", "[soap]") {
  CHECK_FALSE(outline_of(enveloped("<s:Header><x e:mustUnderstand='1'/></s:Header><e:Body/>")).not_understood);
  CHECK_FALSE(outline_of(enveloped("<e:Body><x e:mustUnderstand='1'/></e:Body>")).not_understood);
}

TEST_CASE("parameters are written anew: names and text, and nothing else", "[soap]") {
  const auto [inner, written] = GENERATE(table<std::string, std::string>({
      {"<s:settings>1</s:settings> <s:sessionId>" + id + "</s:sessionId>",
       "<settings>1</settings><sessionId>" + id + "</sessionId>"},
      {"<s:settings/>", "<settings/>"},
      {"<s:settings></s:settings>", "<settings/>"},
      {"<s:settings><!-- --></s:settings>", "<settings/>"},
      {"<s:settings> </s:settings>", "<settings> </settings>"},
      {"<s:settings x='1' s:y='2' id='i' href='#i' xmlns:n='urn:n'>1</s:settings>", "<settings>1</settings>"},
      {"<settings>1</settings><n:a xmlns:n='urn:n'><s:settings>2</s:settings></n:a><s:settings>3</s:settings>",
       "<settings>3</settings>"},
      {"<s:settings>1</s:settings><s:settings>2</s:settings>", "<settings>1</settings>"},
      {"<s:unknown><s:settings>1</s:settings><deep/></s:unknown><s:settings>2</s:settings>", "<settings>2</settings>"},
      {"stray<s:settings>1</s:settings>stray", "<settings>1</settings>"},
      {"<s:settings>&lt;b x=&quot;1&quot;&gt;&amp;&#13;</s:settings>",
       "<settings>&lt;b x=&quot;1&quot;&gt;&amp;&#xD;</settings>"},
      {"<s:settings><![CDATA[<b/>]]></s:settings>", "<settings>&lt;b/&gt;</settings>"},
      {"<s:settings>1<!-- c -->2<?p i?>3</s:settings>", "<settings>123</settings>"},
      {"<s:settings>\xd0\xaf&#x1F600;</s:settings>", "<settings>\xd0\xaf\xf0\x9f\x98\x80</settings>"},
  }));
  INFO(inner);
  CHECK(parameters_of(inner) == written);
}

TEST_CASE("a structure's members are read by the same rules", "[soap]") {
  const auto parameters = [](const std::string& inner) {
    return outline_of(body_with("CursorOpenSectionData", inner)).parameters;
  };
  CHECK(parameters("<s:objectInfo><s:ParentID>" + id + "</s:ParentID><x/>text<s:InstanceID>" + id +
                   "</s:InstanceID><s:ParentID>bad</s:ParentID></s:objectInfo><s:readType>READ_TREE</s:readType>") ==
        "<objectInfo><ParentID>" + id + "</ParentID><InstanceID>" + id +
            "</InstanceID></objectInfo><readType>READ_TREE</readType>");
  CHECK(parameters("<s:objectInfo/>") == "<objectInfo/>");
  CHECK(parameters("<s:objectInfo><x/></s:objectInfo>") == "<objectInfo/>");
  CHECK(parameters("<s:timestamp> +5 </s:timestamp>") == "<timestamp>5</timestamp>");
}

TEST_CASE("an element within a value is no document, as the original's reader has it", "[soap]") {
  const auto [operation, inner] = GENERATE(table<std::string, std::string>({
      {"SessionSetSettings", "<s:settings>1<n/>2</s:settings>"},
      {"SessionSetSettings", "<s:sessionId><s:sessionId>" + id + "</s:sessionId></s:sessionId>"},
      {"CursorOpenSectionData", "<s:objectInfo><s:ParentID><a/></s:ParentID></s:objectInfo>"},
      {"FolderSetCardDescriptor", "<s:descBytes>$</s:descBytes>"},
  }));
  INFO(inner);
  CHECK_FALSE(read(body_with(operation, inner)));
}

TEST_CASE("the first bad value is told, with the place of what follows it", "[soap]") {
  const auto bad = [](const std::string& inner) {
    const auto outline = outline_of(body_with("SessionLoginEx", inner));
    if (!outline.bad_value) return std::string{"(none)"};
    const auto& [line, column] = outline.bad_value->position;
    return outline.bad_value->reason + " " + std::to_string(line) + ", " + std::to_string(column);
  };
  CHECK(bad("<s:flags>1</s:flags>") == "(none)");
  CHECK(bad("\n<s:flags>x</s:flags>\n<s:flags>y</s:flags>") == "Input string was not in a correct format. 2, 21");
  CHECK(bad("\n<s:flags/></s:SessionLoginEx><s:SessionLoginEx>") == "Input string was not in a correct format. 2, 13");
  CHECK(bad("\n\n<s:flags>99999999999</s:flags><s:baseName/>") ==
        "Value was either too large or too small for an Int32. 3, 32");
}

TEST_CASE("a document that breaks off behind a bad value is no document", "[soap]") {
  const std::string document = body_with("SessionLoginEx", "<s:flags>x</s:flags>");
  CHECK(read(document));
  CHECK_FALSE(read(document.substr(0, document.size() - 3)));
}

}  // namespace tally::soap::test
