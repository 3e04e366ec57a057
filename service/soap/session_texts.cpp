#include "session_texts.hpp"

#include "attribute_texts.hpp"
#include "envelope_writer.hpp"
#include "tally/engine/settings_rules.hpp"

namespace tally::soap {
namespace {

class SettingsHandler final : public XmlHandler {
 public:
  void start(int depth, std::string_view, std::string_view name, Attributes attributes) override {
    if (depth == 1) is_settings_ = name == "Settings";
    if (depth != 2) return;
    is_setting_ = name == "Setting";
    if (is_setting_) begin_setting(attributes);
  }
  void text(int depth, std::string_view text) override {
    if (is_setting_ && depth == 2) settings.back().value += text;
  }
  void end(int depth) override {
    if (depth == 2) is_setting_ = false;
  }

  [[nodiscard]] bool is_settings() const { return is_settings_; }
  model::Settings settings;

 private:
  void begin_setting(Attributes attributes) {
    auto& setting = settings.emplace_back();
    for (const auto& [attribute, value] : attributes) {
      if (attribute == "Name") setting.name = value;
      if (attribute == "Type") setting.type = value;
      if (attribute == "ReadOnly") setting.read_only = !value.empty() && value != "0" && value != "false";
    }
  }

  bool is_settings_ = false;
  bool is_setting_ = false;
};

void append_setting(std::string& xml, const model::Setting& setting) {
  xml += "<Setting";
  append_attribute(xml, "Name", setting.name);
  append_attribute(xml, "Type", setting.type.empty() ? "string" : setting.type);
  append_attribute(xml, "ReadOnly", setting.read_only ? "1" : "0");
  xml.append(">").append(escaped(setting.value)).append("</Setting>");
}

std::string feature_ids(const model::SessionView& view) {
  std::string text;
  for (const auto& feature : view.features) text.append(text.empty() ? "" : ";").append(to_string(feature.id));
  return text;
}

/// What clients look an option up in; an absent MaxConnections is an option without a limit.
std::string license_text(const model::SessionView& view) {
  std::string xml = "<License><Features>";
  for (const auto& feature : view.features) {
    xml += "<Feature";
    append_attribute(xml, "ID", to_string(feature.id));
    append_attribute(xml, "Name", feature.name);
    if (feature.maximum) append_attribute(xml, "MaxConnections", to_string(*feature.maximum));
    xml += " />";
  }
  return xml + "</Features></License>";
}

model::Settings server_known(const model::SessionView& view, std::string_view server_version) {
  const model::Session& session = view.session;
  model::Settings known{
      {"AccountName", "string", session.user, true},
      {"BaseReadOnly", "boolean", "false", true},
      {"ConnectAddress", "string", session.address, true},
      {"DatabaseType", "int", "1", true},  // PostgreSQL
      {"Features", "string", feature_ids(view), true},
      {"License", "string", license_text(view), true},
      {"LoginTime", "datetime", date_time(session.login_time), true},
      {"Offline", "boolean", session.offline ? "true" : "false", true},
      {"ServerTime", "datetime", date_time(view.server_time), true},
      {"ServerVersion", "string", std::string{server_version}, true},
      {"SessionID", "string", to_string(session.id), true},
  };
  if (view.expires) known.push_back({"ExpirationDate", "datetime", date_time(*view.expires), true});
  if (engine::value_of(session.settings, "BaseName") == nullptr)
    known.push_back({"BaseName", "string", session.database, true});
  return known;
}

}  // namespace

std::optional<model::Settings> parse_settings(XmlReader& reader, std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return model::Settings{};
  SettingsHandler handler;
  if (!reader.read(text, handler) || !handler.is_settings()) return std::nullopt;
  return std::move(handler.settings);
}

std::string session_settings_text(const model::SessionView& view, std::string_view server_version) {
  std::string xml = "<Settings>";
  for (const auto& setting : view.session.settings) append_setting(xml, setting);
  for (const auto& setting : server_known(view, server_version)) append_setting(xml, setting);
  return xml + "</Settings>";
}

std::string session_list_text(const model::SessionList& list) {
  std::string xml = "<Sessions>";
  for (const auto& session : list.sessions) {
    const auto* name = engine::value_of(session.settings, "ComputerName");
    const auto* address = engine::value_of(session.settings, "ComputerAddress");
    xml += "<Session";
    append_attribute(xml, "ID", to_string(session.id));
    append_attribute(xml, "AccountName", session.user);
    append_attribute(xml, "LoginTime", date_time(session.login_time));
    append_attribute(xml, "LastAccessTime", date_time(session.last_contact));
    append_attribute(xml, "ComputerName", name != nullptr ? *name : session.computer);
    append_attribute(xml, "ComputerAddress", address != nullptr ? *address : session.address);
    append_attribute(xml, "Offline", session.offline ? "true" : "false");
    xml += " />";
  }
  return xml + "</Sessions>";
}

}  // namespace tally::soap
