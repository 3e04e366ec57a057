#include <catch2/catch.hpp>

#include "operations.hpp"
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
      {"//StorageServer/StorageServerService.asmx", true},
      {"/DocsVision//StorageServer//StorageServerService.asmx", true},
      {"/DocsVision/StorageServer/StorageServerService.asmx/", true},
      {"/DocsVision/StorageServer/StorageServerService.asmx/HealthCheck", true},
      {"/DocsVision/StorageServer/StorageServerService.asmxx", false},
      {"//a/b/StorageServer/StorageServerService.asmx", false},
      {"/a/b/StorageServer/StorageServerService.asmx", false},
      {"/DocsVisionStorageServer/StorageServerService.asmx", false},
      {"DocsVision/StorageServer/StorageServerService.asmx", false},
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
  const auto query = GENERATE("WSDL", "wsdl", "Wsdl", "singleWsdl", "SINGLEWSDL");
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

TEST_CASE("a forwarded host is believed from a listed proxy only, and of a list the first", "[soap]") {
  DoorUnderTest door;
  const auto [peer, host, scheme, shown] = GENERATE(table<const char*, const char*, const char*, std::string>({
      {"10.0.0.7", "public.example", "https", "https://public.example"},
      {"10.0.0.7", " public.example:8443 , inner.example", "HTTPS, http", "https://public.example:8443"},
      {"10.0.0.7", "public.example", "http", "http://public.example"},
      {"10.0.0.8", "public.example", "https", "http://inner"},
  }));
  const auto response = door.answer_to(SentRequest{"GET", service_path}
                                           .query(GENERATE("WSDL", "disco"))
                                           .from(peer)
                                           .header("Host", "inner")
                                           .header("X-Forwarded-Host", host)
                                           .header("X-Forwarded-Proto", scheme));
  CHECK(response.body.find("\"" + shown + service_path + "\"") != std::string::npos);
  CHECK(occurrences(response.body, service_path) == occurrences(response.body, shown + service_path));
}

TEST_CASE("the discovery document names the contract and both ports", "[soap]") {
  DoorUnderTest door;
  const auto response =
      door.answer_to(SentRequest{"GET", service_path}.query(GENERATE("disco", "DISCO")).header("Host", "h"));
  const std::string address = "http://h" + service_path;
  CHECK(response.content_type == "text/xml; charset=utf-8");
  CHECK(response.body.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"));
  CHECK(occurrences(response.body, "<contractRef ref=\"" + address + "?wsdl\" docRef=\"" + address +
                                       "\" xmlns=\"http://schemas.xmlsoap.org/disco/scl/\" />") == 1);
  CHECK(occurrences(response.body, "<soap address=\"" + address + "\"") == 2);
  CHECK(occurrences(response.body, "binding=\"q1:StorageServerServiceSoap\"") == 1);
  CHECK(occurrences(response.body, "binding=\"q2:StorageServerServiceSoap12\"") == 1);
}

TEST_CASE("a part of the contract that there is not is an error in plain text", "[soap]") {
  DoorUnderTest door;
  const auto [query, text] = GENERATE(table<const char*, const char*>(
      {{"schema=1", "The schema was not found.\r\n"}, {"wsdl=x<y", "The service description was not found.\r\n"}}));
  const auto response = door.answer_to(SentRequest{"GET", service_path}.query(query));
  CHECK(response.status == 500);
  CHECK(response.content_type == "text/plain; charset=utf-8");
  CHECK(response.body == text);
}

TEST_CASE("the help page links each operation to its own page and marks what is not built", "[soap]") {
  DoorUnderTest door;
  const auto query = GENERATE(as<std::string>{}, "", "schema", "anything", "wsdl&disco");
  const auto response = door.answer_to(SentRequest{GENERATE("GET", "HEAD"), service_path}.query(query));
  CHECK(response.status == 200);
  CHECK(response.content_type == "text/html; charset=utf-8");
  CHECK(response.body.find("The following operations are supported. For a formal definition, please review the "
                           "<a href=\"?WSDL\">Service Description</a>.") != std::string::npos);
  CHECK(response.body.find("<li><a href=\"?op=IncrementFeatureUsage\">IncrementFeatureUsage</a></li>") !=
        std::string::npos);
  CHECK(response.body.find("<li><a href=\"?op=CardCreate\">CardCreate</a> <em>(not implemented yet)</em></li>") !=
        std::string::npos);
  CHECK(occurrences(response.body, "<li>") == 139);
}

TEST_CASE("a page tells browsers to run and load nothing", "[soap]") {
  DoorUnderTest door;
  const auto query = GENERATE(as<std::string>{}, "", "op=HealthCheck", "op=Nothing");
  const auto response = door.answer_to(SentRequest{"GET", service_path}.query(query));
  CHECK(header_of(response, "Content-Security-Policy").starts_with("default-src 'none'"));
  CHECK(header_of(response, "X-Content-Type-Options") == "nosniff");
  CHECK(response.cache_control == "private, max-age=0");
  CHECK(response.body.find("<script") == std::string::npos);
}

TEST_CASE("an operation's page has sample messages of both versions with a placeholder for each value", "[soap]") {
  DoorUnderTest door;
  const auto body =
      door.answer_to(SentRequest{"GET", service_path}.query("op=LockGetList").header("Host", "h:8080")).body;
  const std::string request =
      "POST " + service_path +
      " HTTP/1.1\nHost: h:8080\nContent-Type: text/xml; charset=utf-8\nContent-Length: <var>length</var>\n"
      "SOAPAction: \"http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/LockGetList\"\n\n"
      "&lt;?xml version=\"1.0\" encoding=\"utf-8\"?&gt;\n"
      "&lt;soap:Envelope xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
      "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"&gt;\n"
      "  &lt;soap:Body&gt;\n"
      "    &lt;LockGetList xmlns=\"http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/\"&gt;\n"
      "      &lt;sessionId&gt;<var>guid</var>&lt;/sessionId&gt;\n"
      "      &lt;currentUserOnly&gt;<var>boolean</var>&lt;/currentUserOnly&gt;\n"
      "      &lt;allTypes&gt;<var>boolean</var>&lt;/allTypes&gt;\n"
      "      &lt;resType&gt;<var>CUSTOM</var> or <var>CARD</var> or <var>FILE</var> or <var>ROW</var>&lt;/resType&gt;\n"
      "    &lt;/LockGetList&gt;\n"
      "  &lt;/soap:Body&gt;\n"
      "&lt;/soap:Envelope&gt;\n";
  CHECK(body.find("<pre>" + request + "</pre>") != std::string::npos);
  CHECK(body.find("<pre>HTTP/1.1 200 OK\nContent-Type: text/xml; charset=utf-8\nContent-Length: <var>length</var>\n\n"
                  "&lt;?xml") != std::string::npos);
  CHECK(body.find("      &lt;usingCompression&gt;<var>boolean</var>&lt;/usingCompression&gt;\n"
                  "    &lt;/LockGetListResponse&gt;\n") != std::string::npos);
  CHECK(occurrences(body, "&lt;soap12:Envelope ") == 2);
  CHECK(occurrences(body, "Content-Type: application/soap+xml; charset=utf-8") == 2);
  CHECK(occurrences(body, "<h3>SOAP 1.1</h3>") == 1);
  CHECK(occurrences(body, "<h3>SOAP 1.2</h3>") == 1);
  CHECK(body.find("Click <a href=\"?\">here</a> for a complete list of operations.") != std::string::npos);
}

TEST_CASE("an operation's page shows structures with their members, and nothing where there is nothing", "[soap]") {
  DoorUnderTest door;
  const auto section = door.answer_to(SentRequest{"GET", service_path}.query("op=CursorOpenSectionData")).body;
  CHECK(section.find("      &lt;objectInfo&gt;\n        &lt;InstanceID&gt;<var>guid</var>&lt;/InstanceID&gt;\n") !=
        std::string::npos);
  CHECK(section.find("      &lt;/objectInfo&gt;\n") != std::string::npos);
  const auto health = door.answer_to(SentRequest{"GET", service_path}.query("op=HealthCheck")).body;
  CHECK(health.find("    &lt;HealthCheck xmlns=\"" + std::string{service_namespace} + "\" /&gt;\n") !=
        std::string::npos);
}

TEST_CASE("every operation has a page, which says whether it is built", "[soap]") {
  DoorUnderTest door;
  for (const auto operation : operation_names) {
    INFO(operation);
    const auto body = door.answer_to(SentRequest{"GET", service_path}.query("op=" + std::string{operation})).body;
    CHECK(body.find("<h2>" + std::string{operation} + "</h2>") != std::string::npos);
    const bool built = std::ranges::find(built_operations, operation) != built_operations.end();
    CHECK((body.find("Not implemented yet") == std::string::npos) == built);
    CHECK(occurrences(body, "<pre>") == 4);
  }
}

TEST_CASE("an operation that there is not is told so, its name as text", "[soap]") {
  DoorUnderTest door;
  const auto [query, shown] = GENERATE(table<std::string, std::string>({
      {"op=Nothing", "Nothing"},
      {"op=healthcheck", "healthcheck"},
      {"OP=", ""},
      {"op=%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"op=a'\"b", "a'&quot;b"},
      {"op=A&op=B", "A,B"},
  }));
  const auto response = door.answer_to(SentRequest{"GET", service_path}.query(query));
  CHECK(response.status == 200);
  CHECK(response.body.find("<h2>Method Not Found</h2>") != std::string::npos);
  CHECK(response.body.find("Method '" + shown + "' was not found in service StorageServerService.") !=
        std::string::npos);
}

TEST_CASE("a page has no form: it says why, to callers from the machine itself otherwise than to others", "[soap]") {
  DoorUnderTest door;
  const std::string local = "The test form is only available for methods with primitive types as parameters.";
  const std::string remote = "The test form is only available for requests from the local machine.";
  const auto [peer, header, said] = GENERATE_REF(table<std::string, std::string, std::string>({
      {"127.0.0.1", "Accept", local},
      {"127.8.9.1", "Accept", local},
      {"::1", "Accept", local},
      {"192.0.2.1", "Accept", remote},
      {"127.0.0.1", "X-Forwarded-For", remote},
      {"127.0.0.1", "Forwarded", remote},
      {"127.0.0.1", "Via", remote},
  }));
  const auto response =
      door.answer_to(SentRequest{"GET", service_path}.query("op=SessionLogout").from(peer).header(header, "x"));
  CHECK(response.body.find(said) != std::string::npos);
  CHECK(response.body.find("<form") == std::string::npos);
}

TEST_CASE("below the service's address nothing is served, as with the original's defaults", "[soap]") {
  DoorUnderTest door;
  const auto [method, peer, path, type,
              text] = GENERATE(table<std::string, std::string, std::string, std::string, std::string>({
      {"POST", "127.0.0.1", "/SessionLogout", "text/plain; charset=utf-8",
       "SessionLogout Web Service method name is not valid.\r\n"},
      {"POST", "127.0.0.1", "/<b>", "text/plain; charset=utf-8", "&lt;b&gt; Web Service method name is not valid.\r\n"},
      {"POST", "192.0.2.1", "/SessionLogout", "text/html; charset=utf-8",
       "Request format is unrecognized for URL unexpectedly ending in '/SessionLogout'."},
      {"POST", "127.0.0.1", "/", "text/html; charset=utf-8",
       "Request format is unrecognized for URL unexpectedly ending in '/'."},
      {"GET", "127.0.0.1", "/HealthCheck", "text/html; charset=utf-8",
       "Request format is unrecognized for URL unexpectedly ending in '/HealthCheck'."},
      {"GET", "192.0.2.1", "/<b>/c", "text/html; charset=utf-8",
       "Request format is unrecognized for URL unexpectedly ending in '/&lt;b&gt;/c'."},
      {"PUT", "192.0.2.1", "/HealthCheck", "text/html; charset=utf-8",
       "Request format is unrecognized for URL unexpectedly ending in '/HealthCheck'."},
  }));
  const auto response = door.answer_to(SentRequest{method, service_path + path}
                                           .from(peer)
                                           .header("Content-Type", "application/x-www-form-urlencoded")
                                           .body("sessionId=" + zero_guid));
  INFO(method << " " << path);
  CHECK(response.status == 500);
  CHECK(response.content_type == type);
  CHECK(response.body.find(text) != std::string::npos);
}

TEST_CASE("another method is 405 and hears which are right", "[soap]") {
  DoorUnderTest door;
  const auto response = door.answer_to(SentRequest{GENERATE("PUT", "BREW"), service_path});
  CHECK(response.status == 405);
  CHECK(response.content_type == "text/html; charset=utf-8");
  CHECK(response.body.find("Request format is unrecognized.") != std::string::npos);
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
