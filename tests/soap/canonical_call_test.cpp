#include "canonical_call.hpp"

#include <catch2/catch.hpp>

#include "call_reader.hpp"
#include "sent_request.hpp"

namespace tally::soap::test {
namespace {

using common::test::SentRequest;

const std::string session_text = "0a1b2c3d-0001-4000-8000-00000000abcd";
const std::string option_text = "DA212A06-EDCD-461F-8134-C5E39F1559F7";
const std::string action{std::string{service_namespace} + "IncrementFeatureUsage"};
const std::string service{service_namespace};

SentRequest increment(const std::string& body) {
  SentRequest request;
  request.header("Content-Type", "text/xml; charset=utf-8").header("SOAPAction", '"' + action + '"').body(body);
  return request;
}

std::string members(const std::string& prefix = "") {
  return "<" + prefix + "sessionId>" + session_text + "</" + prefix + "sessionId><" + prefix + "featureId>" +
         option_text + "</" + prefix + "featureId>";
}

const std::string plain =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
    "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><IncrementFeatureUsage xmlns=\"" +
    service + "\">" + members() + "</IncrementFeatureUsage></soap:Body></soap:Envelope>";

void check_taken(const std::optional<Call>& call) {
  REQUIRE(call);
  CHECK(call->operation == "IncrementFeatureUsage");
  const auto& command = std::get<engine::TakePlace>(*call->command);
  CHECK(to_string(command.session) == session_text);
  CHECK(to_string(command.option) == "da212a06-edcd-461f-8134-c5e39f1559f7");
}

/// What Expat and gSOAP make of it.
std::optional<Call> read_slowly(const SentRequest& request) {
  CallReader reader{[](const std::string&) { return std::optional<model::AccountId>{"default"}; }};
  auto read = reader.read_any(request.view());
  if (auto* call = std::get_if<SoapCall>(&read)) return std::move(call->call);
  return std::nullopt;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("the shapes that clients' libraries write are read without a parser, and as a parser reads them", "[soap]") {
  const auto body = GENERATE(values<std::string>({
      plain,
      "\xef\xbb\xbf" + replaced(plain, "<soap:Body>", "\r\n  <soap:Body>"),
      // .NET
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
      "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">"
      "<soap:Body><IncrementFeatureUsage xmlns=\"" +
          service + "\">" + members() + "</IncrementFeatureUsage></soap:Body></soap:Envelope>",
      // PHP
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope "
      "xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ns1=\"" +
          service + "\"><SOAP-ENV:Body><ns1:IncrementFeatureUsage>" + members("ns1:") +
          "</ns1:IncrementFeatureUsage></SOAP-ENV:Body></SOAP-ENV:Envelope>\n",
      // zeep
      "<?xml version=\"1.0\"?><soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\">"
      "<soap-env:Body><ns0:IncrementFeatureUsage xmlns:ns0=\"" +
          service + "\">" + members("ns0:") + "</ns0:IncrementFeatureUsage></soap-env:Body></soap-env:Envelope>",
  }));
  INFO(body);
  check_taken(read_canonical_call(increment(body).view()));
  check_taken(read_slowly(increment(body)));
}

TEST_CASE("each of the hot operations is read", "[soap]") {
  const std::string head = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
  const auto ask = [&](const std::string& operation, const std::string& inner) {
    SentRequest request;
    request.header("Content-Type", "text/xml;charset=\"UTF-8\"").header("SOAPAction", service + operation);
    request.body(head + "<" + operation + " xmlns=\"" + service + "\">" + inner + "</" + operation +
                 "></s:Body></s:Envelope>");
    return read_canonical_call(request.view());
  };
  const auto given_back = ask("DecrementFeatureUsage", members());
  REQUIRE(given_back);
  CHECK(std::holds_alternative<engine::GiveBack>(*given_back->command));
  const auto alive = ask("SessionKeepAlive", "<sessionId>" + session_text + "</sessionId>");
  REQUIRE(alive);
  CHECK(to_string(std::get<engine::KeepAlive>(*alive->command).session) == session_text);
  CHECK_FALSE(ask("SessionKeepAlive", members()));
  CHECK_FALSE(ask("SessionLogout", "<sessionId>" + session_text + "</sessionId>"));
}

TEST_CASE("what differs in anything is left to the parser", "[soap]") {
  const auto [what, with] = GENERATE(table<std::string, std::string>({
      {"encoding=\"utf-8\"", "encoding=\"utf-16\""},
      {"<?xml", " <?xml"},
      {"<soap:Body>", "<soap:Header/><soap:Body>"},
      {"<soap:Body>", "<soap:Body id=\"1\">"},
      {"<soap:Body>", "<!-- --><soap:Body>"},
      {"<soap:Body>", "text<soap:Body>"},
      {"xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"",
       "xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\""},
      {"xmlns:soap=", "xmlns:soup="},
      {"xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"",
       "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" "
       "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\""},
      {"xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"",
       "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:a=\"urn:a\""},
      {"IncrementFeatureUsage xmlns=\"http://schemas.docsvision",
       "IncrementFeatureUsage xmlns=\"http://schemes.docsvision"},
      {"<sessionId>", "<sessionId >"},
      {"<sessionId>", "<x/><sessionId>"},
      {session_text, "{" + session_text + "}"},
      {session_text, "&#48;" + session_text.substr(1)},
      {"0a1b2c3d", "0a1b2c3x"},
      {"</soap:Envelope>", "</soap:Envelope><x/>"},
      {"</soap:Envelope>", ""},
      {"</IncrementFeatureUsage>", "</DecrementFeatureUsage>"},
      {"<featureId>", "<featureID>"},
  }));
  INFO(what << " -> " << with);
  CHECK_FALSE(read_canonical_call(increment(replaced(plain, what, with)).view()));
}

TEST_CASE("headers of another kind leave an envelope to the parser", "[soap]") {
  check_taken(read_canonical_call(increment(plain).view()));
  CHECK_FALSE(read_canonical_call(increment(plain).header("SOAPAction", action).view()));
  CHECK_FALSE(read_canonical_call(increment(plain).header("Content-Encoding", "identity").view()));
  const auto type = GENERATE("application/soap+xml; charset=utf-8", "text/xml; charset=windows-1251", "text/plain", "");
  SentRequest request;
  request.header("Content-Type", type).header("SOAPAction", action).body(plain);
  CHECK_FALSE(read_canonical_call(request.view()));
}

}  // namespace tally::soap::test
