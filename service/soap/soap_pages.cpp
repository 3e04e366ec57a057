#include "soap_pages.hpp"

#include "contract_page.hpp"
#include "help_page.hpp"
#include "html_page.hpp"
#include "tally/model/names.hpp"
#include "url_text.hpp"

namespace tally::soap {
namespace {

using model::equal_ignoring_case;

http::Response xml_page(std::string&& body) {
  return {.status = 200,
          .content_type = "text/xml; charset=utf-8",
          .cache_control = "private, max-age=0",
          .headers = {{"X-Content-Type-Options", "nosniff"}},
          .body = std::move(body),
          .label = "page"};
}

/// A chain of proxies adds to the list; the first entry is what the client asked.
std::string_view first_entry(std::string_view list) {
  list = list.substr(0, list.find(','));
  while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
  while (!list.empty() && list.back() == ' ') list.remove_suffix(1);
  return list;
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

/// A proxy on this machine would make everybody local.
bool is_local_caller(const http::Request& request) {
  return is_loopback(request.peer_address) && !request.header("X-Forwarded-For") &&
         !request.header("X-Forwarded-Host") && !request.header("Forwarded") && !request.header("Via");
}

}  // namespace

http::Response SoapPages::page(const http::Request& request) const {
  const QueryText query{request.query};
  // No part of the contract stands apart from it, so no id of one is known.
  if (query.value("schema")) return text_error("The schema was not found.");
  if (query.value("wsdl")) return text_error("The service description was not found.");
  const std::string word = query.nameless().value_or("");
  if (equal_ignoring_case(word, "wsdl") || equal_ignoring_case(word, "singleWsdl"))
    return xml_page(contract_at(address_of(request)));
  if (equal_ignoring_case(word, "disco")) return xml_page(discovery_document(address_of(request)));
  const auto operation = query.value("op");
  if (!operation) return help_page();
  return operation_page(*operation, {.path = std::string{request.path}, .host = host_of(request)},
                        is_local_caller(request));
}

http::Response SoapPages::below(const http::Request& request, std::string_view path) const {
  const bool is_posted_form = request.method == http::Method::post && path.size() > 1 && is_local_caller(request);
  if (is_posted_form) return text_error(std::string{path.substr(1)} + " Web Service method name is not valid.");
  return error_page(500, "Request format is unrecognized for URL unexpectedly ending in '" + std::string{path} + "'.");
}

std::string SoapPages::host_of(const http::Request& request) const {
  std::string_view host = request.header("Host").value_or("localhost");
  if (identification_.is_from_proxy(request)) host = first_entry(request.header("X-Forwarded-Host").value_or(host));
  return std::string{host};
}

/// As the caller sees it: the Host of the request, or the one that a listed proxy was asked for.
std::string SoapPages::address_of(const http::Request& request) const {
  const bool is_secure = identification_.is_from_proxy(request) &&
                         equal_ignoring_case(first_entry(request.header("X-Forwarded-Proto").value_or("")), "https");
  return std::string{is_secure ? "https://" : "http://"}.append(host_of(request)).append(request.path);
}

}  // namespace tally::soap
