#include "soap_door_fixture.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

config::IdentityOptions identity_options() {
  config::IdentityOptions options;
  options.administrators = {"admin"};
  options.proxy_header = "X-Remote-User";
  options.proxies = {*config::Network::parse("10.0.0.7")};
  return options;
}

engine::ImportCatalog catalog() {
  model::Feature feature;
  feature.id = model::parse_guid(option);
  feature.code = "option-1";
  feature.name = "Option";
  feature.maximum = model::Quantity::units(3);
  model::License license;
  license.id = {1};
  license.product = "docsvision";
  license.features = {feature};
  model::Account account;
  account.id = "default";
  account.licenses = {license};
  model::Account other;
  other.id = "other";
  model::Catalog catalog;
  catalog.accounts = {account, other};
  return {.catalog = std::make_shared<const model::Catalog>(std::move(catalog)), .file_hash = "h"};
}

std::string_view namespace_of(SoapVersion version) {
  return version == SoapVersion::v11 ? envelope_namespace_11 : envelope_namespace_12;
}

}  // namespace

std::string envelope(std::string_view operation, std::string_view members, SoapVersion version) {
  return std::string{"<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\""}
      .append(namespace_of(version))
      .append("\"><soap:Body><")
      .append(operation)
      .append(" xmlns=\"")
      .append(service_namespace)
      .append("\">")
      .append(members)
      .append("</")
      .append(operation)
      .append("></soap:Body></soap:Envelope>");
}

std::string action(std::string_view operation) { return std::string{service_namespace}.append(operation); }

SentRequest soap11(std::string body) {
  return SentRequest{"POST", service_path}.header("Content-Type", "text/xml; charset=utf-8").body(std::move(body));
}

SentRequest call_of(std::string_view operation, std::string_view members, SoapVersion version) {
  if (version == SoapVersion::v11) {
    return soap11(envelope(operation, members)).header("SOAPAction", "\"" + action(operation) + "\"");
  }
  return SentRequest{"POST", service_path}
      .header("Content-Type", "application/soap+xml; charset=utf-8; action=\"" + action(operation) + "\"")
      .body(envelope(operation, members, version));
}

std::string empty_answer(std::string_view operation, SoapVersion version) {
  return std::string{"<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\""}
      .append(namespace_of(version))
      .append(
          "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
          "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body><")
      .append(operation)
      .append("Response xmlns=\"")
      .append(service_namespace)
      .append("\" /></soap:Body></soap:Envelope>");
}

std::string sessions(const std::string& id) { return "<sessionId>" + id + "</sessionId>"; }

std::string sessions_option(const std::string& id, const std::string& option_id) {
  return sessions(id) + "<featureId>" + option_id + "</featureId>";
}

std::string in_session(std::string pattern, const std::string& id) {
  for (auto at = pattern.find('@'); at != std::string::npos; at = pattern.find('@', at + id.size()))
    pattern.replace(at, 1, id);
  return pattern;
}

std::string element(const std::string& xml, const std::string& name) {
  const auto at = xml.find("<" + name + ">");
  if (at == std::string::npos) return "(missing)";
  const auto begin = at + name.size() + 2;
  return xml.substr(begin, xml.find("</" + name + ">", begin) - begin);
}

std::string error_in(const http::Response& response) {
  if (response.body.find("<error xmlns=\"urn:tally:error\">") == std::string::npos) return "(none)";
  CHECK(response.status == 500);
  return element(response.body, "name");
}

DoorUnderTest::DoorUnderTest(SoapDoorOptions options) : identification_{identity_options()} {
  REQUIRE(engine_.start());
  REQUIRE(engine_.ask(catalog()).has_value());
  door_ = std::make_unique<SoapDoor>(
      std::move(options), identification_,
      std::make_unique<common::OperationRunner>(thread_, engine_.writer(), std::chrono::seconds{30}),
      [this] { return unready_; });
}

DoorUnderTest::~DoorUnderTest() { engine_.writer().stop(std::chrono::seconds{5}); }

http::Response DoorUnderTest::answer_to(const SentRequest& request) {
  return common::test::answer_of(*door_, thread_, request);
}

std::string DoorUnderTest::log_in(std::string_view settings) {
  const auto response = answer_to(
      call_of("SessionLogin", "<baseName></baseName><sessionSettings>" + std::string{settings} + "</sessionSettings>"));
  REQUIRE(response.status == 200);
  return element(response.body, "sessionId");
}

}  // namespace tally::soap::test
