#include "catalog_file.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <sstream>

#include "tally/catalog_json/catalog_reader.hpp"

namespace tally {
namespace {

std::string sha256(const std::string& text) {
  std::array<unsigned char, 32> hash{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(hash.data()), size};
}

std::string hexadecimal(const std::string& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return text;
}

}  // namespace

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
                               .file_hash = hexadecimal(sha256(text))};
}

}  // namespace tally
