#include "help_page.hpp"

#include <algorithm>

#include "envelope_writer.hpp"
#include "html_page.hpp"
#include "operations.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view title = "StorageServerService Web Service";
constexpr std::string_view heading = "<h1>StorageServerService</h1>\n";

bool is_built(std::string_view operation) {
  return std::ranges::find(built_operations, operation) != built_operations.end();
}

std::string link_back() { return "<p>Click <a href=\"?\">here</a> for a complete list of operations.</p>\n"; }

http::Response no_such_operation(std::string_view name) {
  return html_page(200, title,
                   std::string{heading} + link_back() + "<h2>Method Not Found</h2>\n<p>Method '" + escaped(name) +
                       "' was not found in service StorageServerService.</p>\n");
}

std::string samples(const OperationContract& operation, SoapVersion version, const SampleTarget& target) {
  const std::string soap = version == SoapVersion::v11 ? "SOAP 1.1" : "SOAP 1.2";
  return "<h3>" + soap + "</h3>\n<p>The following is a sample " + soap +
         " request and response. The <var>placeholders</var> shown need to be replaced with actual values.</p>\n<pre>" +
         sample_request(operation, version, target) + "</pre>\n<pre>" + sample_response(operation, version) +
         "</pre>\n";
}

}  // namespace

http::Response help_page() {
  std::vector<std::string_view> names{operation_names.begin(), operation_names.end()};
  std::ranges::sort(names);
  std::string html{heading};
  html +=
      "<p>The following operations are supported. For a formal definition, please review the <a href=\"?WSDL\">Service "
      "Description</a>.</p>\n<ul>\n";
  for (const auto name : names) {
    html.append("<li><a href=\"?op=").append(name).append("\">").append(name).append("</a>");
    html.append(is_built(name) ? "</li>\n" : " <em>(not implemented yet)</em></li>\n");
  }
  return html_page(200, title, html + "</ul>\n");
}

http::Response operation_page(std::string_view name, const SampleTarget& target, bool is_local_caller) {
  const OperationContract* const operation = find_operation(name);
  if (operation == nullptr) return no_such_operation(name);
  std::string html = std::string{heading} + link_back() + "<h2>" + std::string{name} + "</h2>\n";
  if (!is_built(name))
    html += "<p><em>Not implemented yet: this operation answers with the fault NotImplemented.</em></p>\n";
  html += "<h3>Test</h3>\n<p>";
  html += is_local_caller ? "The test form is only available for methods with primitive types as parameters."
                          : "The test form is only available for requests from the local machine.";
  html += "</p>\n";
  html += samples(*operation, SoapVersion::v11, target);
  html += samples(*operation, SoapVersion::v12, target);
  return html_page(200, title, html);
}

}  // namespace tally::soap
