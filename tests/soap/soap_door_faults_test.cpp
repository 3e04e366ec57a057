#include <catch2/catch.hpp>

#include "soap_door_fixture.hpp"

// The table of faults in docsvision-storageserver, 4.4, each whole and in both versions.

namespace tally::soap::test {
namespace {

struct Fault {
  std::string code_11;
  std::string code_12;
  std::string text;  ///< escaped
  bool has_detail = true;
};

std::string fault_11(const Fault& fault) {
  return "<soap:Fault><faultcode>soap:" + fault.code_11 + "</faultcode><faultstring>" + fault.text + "</faultstring>" +
         (fault.has_detail ? "<detail />" : "") + "</soap:Fault>";
}

std::string fault_12(const Fault& fault) {
  return "<soap:Fault><soap:Code><soap:Value>soap:" + fault.code_12 +
         "</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang=\"en\">" + fault.text +
         "</soap:Text></soap:Reason>" + (fault.has_detail ? "<soap:Detail />" : "") + "</soap:Fault>";
}

std::string whole(const std::string& fault, std::string_view name_space) {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"" + std::string{name_space} +
         "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">"
         "<soap:Body>" +
         fault + "</soap:Body></soap:Envelope>";
}

/// The bodies that a request gets when it comes in either version: its envelope's inside, and the action if it has one.
void check_both(const std::string& inner, const std::string& named, const Fault& fault) {
  DoorUnderTest door;
  const auto body = [&](std::string_view name_space) {
    return "<e:Envelope xmlns:e='" + std::string{name_space} + "' xmlns:s='" + std::string{service_namespace} + "'>" +
           inner + "</e:Envelope>";
  };
  auto request_11 = soap11(body(envelope_namespace_11));
  if (!named.empty()) request_11.header("SOAPAction", named);
  const auto v11 = door.answer_to(request_11);
  CHECK(v11.status == 500);
  CHECK(v11.content_type == "text/xml; charset=utf-8");
  CHECK(v11.body == whole(fault_11(fault), envelope_namespace_11));

  const auto v12 =
      door.answer_to(SentRequest{"POST", service_path}
                         .header("Content-Type", "application/soap+xml" + (named.empty() ? "" : "; action=" + named))
                         .body(body(envelope_namespace_12)));
  CHECK(v12.status == 500);
  CHECK(v12.content_type == "application/soap+xml; charset=utf-8");
  CHECK(v12.body == whole(fault_12(fault), envelope_namespace_12));
}

}  // namespace

TEST_CASE("each fault of the stack is word for word the original's, in both versions", "[soap]") {
  const std::string keep_alive = action("SessionKeepAlive");
  check_both("<e:Body><s:Nothing/></e:Body>", "",
             {"Client", "Sender",
              "Unable to handle request without a valid action parameter. Please supply a valid soap action."});
  check_both("<e:Body/>", "",
             {"Client", "Sender",
              "Unable to handle request without a valid action parameter. Please supply a valid soap action."});
  check_both("<e:Header/>", keep_alive,
             {"Client", "Sender",
              "Server was unable to read request. ---&gt; Request format is invalid: Missing required soap:Body "
              "element."});
  check_both("<e:Header/>", "",
             {"Server", "Receiver",
              "Server was unable to process request. ---&gt; Request format is invalid: Missing required soap:Body "
              "element."});
  check_both("\n<e:Body><s:SessionKeepAlive><s:sessionId>x</s:sessionId></s:SessionKeepAlive></e:Body>", keep_alive,
             {"Client", "Sender",
              "Server was unable to read request. ---&gt; There is an error in XML document (2, 59). ---&gt; Guid "
              "should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."});
  check_both("<e:Header><s:T e:mustUnderstand='1'/></e:Header><e:Body><s:SessionKeepAlive/></e:Body>", keep_alive,
             {"MustUnderstand", "MustUnderstand", "SOAP header T was not understood.", false});
}

TEST_CASE("the fault of a SOAPAction is always one of SOAP 1.1", "[soap]") {
  DoorUnderTest door;
  const auto response =
      door.answer_to(soap11(envelope("HealthCheck", "", SoapVersion::v12)).header("SOAPAction", "\"urn:x\""));
  CHECK(response.body ==
        whole(fault_11({"Client", "", "Server did not recognize the value of HTTP Header SOAPAction: urn:x."}),
              envelope_namespace_11));
}

TEST_CASE("SOAP 1.2's other way to name no operation has a sentence of its own", "[soap]") {
  DoorUnderTest door;
  const auto response = door.answer_to(SentRequest{"POST", service_path}
                                           .header("Content-Type", "application/soap+xml; action=\"urn:<x>\"")
                                           .body(envelope("Nothing", "", SoapVersion::v12)));
  CHECK(response.body ==
        whole(fault_12({"", "Sender", "Unable to handle request. The action 'urn:&lt;x&gt;' was not recognized."}),
              envelope_namespace_12));
}

}  // namespace tally::soap::test
