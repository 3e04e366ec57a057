#pragma once

#include <variant>

#include "soap_version.hpp"
#include "storage_server_service.hpp"
#include "tally/http/request.hpp"
#include "tally/http/response.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// A call, and the version to answer it in.
struct SoapCall {
  SoapVersion version = SoapVersion::v11;
  Call call;
};

/// Reads a POST to the service's address, from its headers to the command that it asks for: all that an envelope can do
/// before anything is done. One object a thread.
class CallReader {
 public:
  explicit CallReader(StorageServerService::Accounts accounts) : service_{std::move(accounts), reader_} {}

  /// The call, or what to answer instead.
  [[nodiscard]] std::variant<SoapCall, http::Response> read(const http::Request& request);

  /// The same by Expat and gSOAP alone, whatever the shape of the envelope.
  [[nodiscard]] std::variant<SoapCall, http::Response> read_any(const http::Request& request);

 private:
  XmlReader reader_;
  StorageServerService service_;
};

}  // namespace tally::soap
