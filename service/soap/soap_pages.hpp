#pragma once

#include "tally/common/identification.hpp"
#include "tally/http/request.hpp"
#include "tally/http/response.hpp"

namespace tally::soap {

/// What the service's address answers besides SOAP calls, for people and for generators of clients.
class SoapPages {
 public:
  /// The reference outlives the object.
  explicit SoapPages(const common::Identification& identification) : identification_{identification} {}

  /// GET of the address itself: ?WSDL, ?disco, ?op=Name, else the help page.
  [[nodiscard]] http::Response page(const http::Request& request) const;

  /// Anything with a path below the address, such as /HealthCheck: the original's protocols without envelopes, which
  /// are off but for POST from the local machine, and that has no operation to offer (see operation_page).
  [[nodiscard]] http::Response below(const http::Request& request, std::string_view path) const;

 private:
  [[nodiscard]] std::string host_of(const http::Request& request) const;
  [[nodiscard]] std::string address_of(const http::Request& request) const;

  const common::Identification& identification_;
};

}  // namespace tally::soap
