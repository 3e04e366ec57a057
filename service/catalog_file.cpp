#include "catalog_file.hpp"

#include <fstream>
#include <sstream>

#include "tally/catalog_json/catalog_reader.hpp"
#include "tally/common/digest.hpp"

namespace tally {

std::expected<engine::ImportCatalog, Failure> read_catalog_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) return std::unexpected{Failure{config::ExitCode::usage, "the catalogue " + path + " can't be read"}};
  const std::string text = content.str();
  auto catalog = catalog_json::parse_catalog(text);
  if (!catalog) {
    std::string mistakes;
    for (const auto& mistake : catalog.error())
      mistakes += (mistakes.empty() ? "" : "\n") + path + ": " + to_string(mistake);
    return std::unexpected{Failure{config::ExitCode::usage, mistakes}};
  }
  return engine::ImportCatalog{.catalog = std::make_shared<const model::Catalog>(std::move(*catalog)),
                               .file_hash = common::sha256(text)};
}

}  // namespace tally
