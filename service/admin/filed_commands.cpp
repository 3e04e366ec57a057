#include "tally/admin/filed_commands.hpp"

#include <boost/json.hpp>

#include "tally/catalog_json/catalog_reader.hpp"
#include "tally/catalog_json/catalog_writer.hpp"

namespace tally::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view terminate_session = "terminate_session";
constexpr std::string_view import_catalog = "import_catalog";

std::string text_of(const json::object& arguments, std::string_view member) {
  return std::string{arguments.at(member).as_string()};
}

std::expected<engine::Command, std::string> termination(const json::object& arguments) {
  const auto session = model::parse_guid(text_of(arguments, "session"));
  if (!session) return std::unexpected{"the session's id can't be read"};
  return engine::TerminateSession{.account = {}, .session = *session};
}

std::expected<engine::Command, std::string> catalog_import(const json::object& arguments) {
  auto catalog = catalog_json::parse_catalog(text_of(arguments, "catalog"));
  if (!catalog) return std::unexpected{to_string(catalog.error().front())};
  return engine::ImportCatalog{.catalog = std::make_shared<const model::Catalog>(std::move(*catalog)),
                               .file_hash = text_of(arguments, "file_hash"),
                               .force = arguments.at("force").as_bool(),
                               .unless_imported = false};
}

}  // namespace

FiledText to_filed(const engine::TerminateSession& command) {
  return {std::string{terminate_session}, json::serialize(json::object{{"session", to_string(command.session)}})};
}

FiledText to_filed(const engine::ImportCatalog& command) {
  return {std::string{import_catalog},
          json::serialize(json::object{{"catalog", catalog_json::write_catalog(*command.catalog)},
                                       {"file_hash", command.file_hash},
                                       {"force", command.force}})};
}

std::expected<engine::Command, std::string> from_filed(std::string_view command, std::string_view arguments) try {
  const json::value parsed = json::parse(arguments);
  if (command == terminate_session) return termination(parsed.as_object());
  if (command == import_catalog) return catalog_import(parsed.as_object());
  return std::unexpected{"this server does not know the command " + std::string{command}};
} catch (const std::exception& error) {
  return std::unexpected{std::string{"the command can't be read: "} + error.what()};
}

}  // namespace tally::admin
