#include <catch2/catch.hpp>

#include "soap_door_fixture.hpp"

namespace tally::soap::test {
namespace {

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("the door owns its path with any first folder or none, in any letter case, and no other", "[soap]") {
  const DoorUnderTest door;
  const auto [path, owned] = GENERATE(table<const char*, bool>({
      {"/DocsVision/StorageServer/StorageServerService.asmx", true},
      {"/StorageServer/StorageServerService.asmx", true},
      {"/docsvision5/storageserver/STORAGESERVERSERVICE.ASMX", true},
      {"/a/b/StorageServer/StorageServerService.asmx", false},
      {"/DocsVisionStorageServer/StorageServerService.asmx", false},
      {"DocsVision/StorageServer/StorageServerService.asmx", false},
      {"/DocsVision/StorageServer/StorageServerService.asmx/", false},
      {"/DocsVision/StorageServer/StorageServerService.asmx/HealthCheck", false},
      {"/DocsVision/StorageServer/StorageServerService.svc", false},
      {"/StorageServerService.asmx", false},
      {"/", false},
      {"", false},
      {"*", false},
  }));
  INFO(path);
  CHECK(const_cast<DoorUnderTest&>(door).door().owns(path) == owned);
}

TEST_CASE("the contract shows the address it was asked at, in both of its ports", "[soap]") {
  DoorUnderTest door;
  const auto query = GENERATE("WSDL", "wsdl", "Wsdl");
  const auto response = door.answer_to(
      SentRequest{"GET", "/x/StorageServer/StorageServerService.asmx"}.query(query).header("Host", "licenses:8080"));
  CHECK(response.status == 200);
  CHECK(response.content_type == "text/xml; charset=utf-8");
  CHECK(occurrences(response.body, "location=\"http://licenses:8080/x/StorageServer/StorageServerService.asmx\"") == 2);
  CHECK(response.body.find("http://localhost") == std::string::npos);
}

TEST_CASE("a hostile Host stays text in the contract", "[soap]") {
  DoorUnderTest door;
  const auto [host, shown] = GENERATE(table<std::string, std::string>({
      {"\"/><evil a=\"", "&quot;/&gt;&lt;evil a=&quot;"},
      {"a&b", "a&amp;b"},
      {"\xff\xc0", "??"},
      {"http://localhost/DocsVision/StorageServer/StorageServerService.asmx",
       "http://localhost/DocsVision/StorageServer/StorageServerService.asmx"},
  }));
  const auto response = door.answer_to(SentRequest{"GET", service_path}.query("WSDL").header("Host", host));
  CHECK(occurrences(response.body, "location=\"http://" + shown + service_path + "\"") == 2);
  CHECK(response.body.find("<evil") == std::string::npos);
}

TEST_CASE("a forwarded host is believed from a listed proxy only", "[soap]") {
  DoorUnderTest door;
  const auto [peer, shown] =
      GENERATE(table<const char*, std::string>({{"10.0.0.7", "https://public.example"}, {"10.0.0.8", "http://inner"}}));
  const auto response = door.answer_to(SentRequest{"GET", service_path}
                                           .query("WSDL")
                                           .from(peer)
                                           .header("Host", "inner")
                                           .header("X-Forwarded-Host", "public.example")
                                           .header("X-Forwarded-Proto", "https"));
  CHECK(occurrences(response.body, "location=\"" + shown + service_path + "\"") == 2);
}

TEST_CASE("the help page lists the operations and marks what is not built", "[soap]") {
  DoorUnderTest door;
  const auto response = door.answer_to(SentRequest{GENERATE("GET", "HEAD"), service_path});
  CHECK(response.content_type == "text/html; charset=utf-8");
  CHECK(response.body.find("<li>IncrementFeatureUsage</li>") != std::string::npos);
  CHECK(response.body.find("<li>CardCreate <em>(not implemented yet)</em></li>") != std::string::npos);
  CHECK(occurrences(response.body, "<li>") == 139);
}

TEST_CASE("another method is 405 and hears which are right", "[soap]") {
  DoorUnderTest door;
  const auto response = door.answer_to(SentRequest{GENERATE("PUT", "BREW"), service_path});
  CHECK(response.status == 405);
  CHECK(response.body.empty());
  CHECK(header_of(response, "Allow") == "GET, HEAD, POST");
}

TEST_CASE("what the server refuses has the door's body", "[soap]") {
  DoorUnderTest door;
  const auto [status, text] =
      GENERATE(table<unsigned, std::string>({{400U, ""},
                                             {408U, "The request came too slowly."},
                                             {413U, "Maximum request length exceeded."},
                                             {417U, ""},
                                             {431U, "The request's header is too long."},
                                             {500U, "28672, Internal exception, error code: InternalFailure"},
                                             {501U, ""},
                                             {503U, "28679, Internal exception, error code: ServerBusy"}}));
  const auto response = door.door().refuse(status, service_path);
  CHECK(response.body.empty() == text.empty());
  if (!text.empty()) CHECK(element(response.body, "faultstring") == text);
  CHECK(header_of(response, "Retry-After").empty() == (status != 503));
}

}  // namespace tally::soap::test
