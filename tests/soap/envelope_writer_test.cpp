#include "envelope_writer.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

using namespace std::string_literals;

const std::string prolog = R"(<?xml version="1.0" encoding="utf-8"?>)";
const std::string opening =
    R"(" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>)";

std::string envelope_11(const std::string& inner) {
  return prolog + R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/)" + opening + inner +
         "</soap:Body></soap:Envelope>";
}

std::string envelope_12(const std::string& inner) {
  return prolog + R"(<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope)" + opening + inner +
         "</soap:Body></soap:Envelope>";
}

void check_headers(const http::Response& response, std::string_view cache_control) {
  CHECK(response.cache_control == cache_control);
  CHECK(response.headers.empty());
}

}  // namespace

TEST_CASE("an answer is one line in the original's layout", "[soap]") {
  const std::string empty =
      R"(<SessionLogoutResponse xmlns="http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/" />)";
  const auto v11 = answer(SoapVersion::v11, "SessionLogout", "");
  CHECK(v11.status == 200);
  CHECK(v11.content_type == "text/xml; charset=utf-8");
  CHECK(v11.body == envelope_11(empty));
  CHECK(v11.label == "SessionLogout");
  check_headers(v11, "private, max-age=0");

  const auto v12 = answer(SoapVersion::v12, "SessionLogout", "");
  CHECK(v12.content_type == "application/soap+xml; charset=utf-8");
  CHECK(v12.body == envelope_12(empty));
  check_headers(v12, "private, max-age=0");

  CHECK(answer(SoapVersion::v11, "HealthCheck", "<result>Running</result>").body ==
        envelope_11(R"(<HealthCheckResponse xmlns="http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/">)"
                    "<result>Running</result></HealthCheckResponse>"));
}

TEST_CASE("a fault of an operation has its number, name, hresult and word", "[soap]") {
  const std::string error =
      R"(<error xmlns="urn:tally:error"><number>28674</number><name>FeatureLimit</name><hresult>0x80047002</hresult><code>feature_limit</code></error>)";
  const auto v11 = operation_fault(SoapVersion::v11, model::ErrorCode::feature_limit, "Op");
  CHECK(v11.status == 500);
  CHECK(v11.content_type == "text/xml; charset=utf-8");
  CHECK(v11.body ==
        envelope_11("<soap:Fault><faultcode>soap:Server</faultcode><faultstring>28674, Internal exception, error code: "
                    "FeatureLimit</faultstring><detail>" +
                    error + "</detail></soap:Fault>"));
  check_headers(v11, "private");

  const auto v12 = operation_fault(SoapVersion::v12, model::ErrorCode::feature_limit, "Op");
  CHECK(v12.status == 500);
  CHECK(v12.body ==
        envelope_12("<soap:Fault><soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code><soap:Reason>"
                    "<soap:Text xml:lang=\"en\">28674, Internal exception, error code: FeatureLimit</soap:Text>"
                    "</soap:Reason><soap:Detail>" +
                    error + "</soap:Detail></soap:Fault>"));
}

TEST_CASE("only busy names a time to come again", "[soap]") {
  for (const auto code : model::all_error_codes) {
    const auto response = operation_fault(SoapVersion::v11, code, "Op");
    const bool names_time =
        std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
    CHECK(names_time == (code == model::ErrorCode::server_busy));
  }
}

TEST_CASE("a fault of the stack names its side in the words of its version", "[soap]") {
  struct Row {
    FaultSide side;
    const char* code_11;
    const char* code_12;
    bool has_detail;
  };
  const auto row = GENERATE(Row{FaultSide::client, "soap:Client", "soap:Sender", true},
                            Row{FaultSide::server, "soap:Server", "soap:Receiver", true},
                            Row{FaultSide::must_understand, "soap:MustUnderstand", "soap:MustUnderstand", false});
  CHECK(stack_fault(SoapVersion::v11, row.side, "<a & b>", "Op").body ==
        envelope_11("<soap:Fault><faultcode>"s + row.code_11 +
                    "</faultcode><faultstring>&lt;a &amp; b&gt;</faultstring>" + (row.has_detail ? "<detail />" : "") +
                    "</soap:Fault>"));
  CHECK(stack_fault(SoapVersion::v12, row.side, "t", "Op").body ==
        envelope_12("<soap:Fault><soap:Code><soap:Value>"s + row.code_12 +
                    "</soap:Value></soap:Code><soap:Reason><soap:Text "
                    "xml:lang=\"en\">t</soap:Text></soap:Reason>" +
                    (row.has_detail ? "<soap:Detail />" : "") + "</soap:Fault>"));
}

TEST_CASE("a version mismatch names the versions that would be right in a header", "[soap]") {
  const auto response = stack_fault(SoapVersion::v11, FaultSide::version_mismatch, "t", "Op");
  const std::string header =
      R"(<soap:Header><soap12:Upgrade xmlns:soap12="http://www.w3.org/2003/05/soap-envelope">)"
      R"(<soap12:SupportedEnvelope qname="soap:Envelope" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" />)"
      R"(<soap12:SupportedEnvelope qname="soap12:Envelope" xmlns:soap12="http://www.w3.org/2003/05/soap-envelope" />)"
      R"(</soap12:Upgrade></soap:Header>)";
  std::string expected = envelope_11(
      "<soap:Fault><faultcode>soap:VersionMismatch</faultcode><faultstring>t</faultstring><detail /></soap:Fault>");
  expected.insert(expected.find("<soap:Body>"), header);
  CHECK(response.body == expected);
}

TEST_CASE("a bare status has nothing in it", "[soap]") {
  const auto response = bare(415, "Op");
  CHECK(response.status == 415);
  CHECK(response.content_type.empty());
  CHECK(response.body.empty());
}

TEST_CASE("any bytes become text that an XML reader takes", "[soap]") {
  const auto [text, safe] =
      GENERATE(table<std::string, std::string>({{"", ""},
                                                {"a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"},
                                                {"]]>", "]]&gt;"},
                                                {"\r\n\t", "&#xD;\n\t"},
                                                {"a\x01\x1f\x0b"
                                                 "b",
                                                 "ab"},
                                                {"a\0b"s, "ab"},
                                                {"\xd0\xaf\xf0\x9f\x98\x80", "\xd0\xaf\xf0\x9f\x98\x80"},
                                                {"a\xef\xbf\xbe"
                                                 "b\xef\xbf\xbf",
                                                 "ab"},
                                                {"\xef\xbf\xbd", "\xef\xbf\xbd"},
                                                {"a\xff<\xc0\xaf", "a?&lt;??"},
                                                {"\xed\xa0\x80", "???"}}));
  CHECK(escaped(text) == safe);
}

TEST_CASE("an element without a value is empty", "[soap]") {
  std::string xml;
  append_element(xml, "a", "");
  append_element(xml, "b", "<");
  CHECK(xml == "<a /><b>&lt;</b>");
}

}  // namespace tally::soap::test
