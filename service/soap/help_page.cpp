#include "help_page.hpp"

#include <algorithm>

#include "operations.hpp"

namespace tally::soap {

std::string help_page() {
  std::string html =
      "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>StorageServerService</title></head><body>"
      "<h1>StorageServerService</h1><p>The following operations are supported. For a formal definition, see the "
      "<a href=\"?WSDL\">Service Description</a>.</p><ul>";
  for (const auto name : operation_names) {
    const bool built = std::ranges::find(built_operations, name) != built_operations.end();
    html.append("<li>").append(name).append(built ? "</li>" : " <em>(not implemented yet)</em></li>");
  }
  return html + "</ul></body></html>";
}

}  // namespace tally::soap
