#include "contract_page.hpp"

#include "envelope_writer.hpp"

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

}  // namespace tally::soap
