#include "contract_page.hpp"

#include "envelope_writer.hpp"
#include "soap_version.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view placeholder = "http://localhost/DocsVision/StorageServer/StorageServerService.asmx";

}  // namespace

std::string contract_at(std::string_view address) {
  std::string text{contract};
  const std::string safe = escaped(address);
  for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + safe.size())) {
    text.replace(at, placeholder.size(), safe);
  }
  return text;
}

std::string discovery_document(std::string_view address) {
  const std::string safe = escaped(address);
  const auto port = [&](std::string_view prefix, std::string_view binding) {
    return std::string{"  <soap address=\""}
        .append(safe)
        .append("\" xmlns:")
        .append(prefix)
        .append("=\"")
        .append(service_namespace)
        .append("\" binding=\"")
        .append(prefix)
        .append(":")
        .append(binding)
        .append("\" xmlns=\"http://schemas.xmlsoap.org/disco/soap/\" />\n");
  };
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
         "<discovery xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
         "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"http://schemas.xmlsoap.org/disco/\">\n"
         "  <contractRef ref=\"" +
         safe + "?wsdl\" docRef=\"" + safe + "\" xmlns=\"http://schemas.xmlsoap.org/disco/scl/\" />\n" +
         port("q1", "StorageServerServiceSoap") + port("q2", "StorageServerServiceSoap12") + "</discovery>";
}

}  // namespace tally::soap
