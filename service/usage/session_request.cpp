#include "session_request.hpp"

#include <array>
#include <boost/json.hpp>

#include "session_kind.hpp"
#include "tally/common/random_id.hpp"
#include "tally/model/names.hpp"

namespace tally::usage {
namespace {

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 256;
constexpr std::string_view usual_product = "808464441";

using Read = std::expected<void, std::string>;

Read not_valid(std::string_view name) { return std::unexpected{"the value of " + std::string{name} + " is not valid"}; }

std::expected<json::object, std::string> read_object(std::string_view body) {
  if (body.empty()) return json::object{};
  boost::system::error_code error;
  auto value = json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return std::unexpected{"the body is no JSON object"};
  return std::move(value.as_object());
}

Read read_text(std::string_view name, const json::value& value, std::string& text) {
  const auto* string = value.if_string();
  if (string == nullptr) return not_valid(name);
  const std::string_view view{*string};
  if (view.size() > text_bytes_max || !model::is_utf8(view) || model::has_control_characters(view))
    return not_valid(name);
  text = view;
  return {};
}

/// The words that 4D has for it (4d-license-usage, 3.1).
bool is_host_type(std::string_view text) { return text == "windows" || text == "mac" || text == "browser"; }

bool is_persistent_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// A member that is kept as a setting of the session.
struct Kept {
  std::string_view member;
  std::string_view setting;
};
constexpr std::array kept_texts{Kept{"machineName", "ComputerName"},         Kept{"IPAddress", "ComputerAddress"},
                                Kept{"systemUserName", system_user_setting}, Kept{"hostType", host_type_setting},
                                Kept{"persistentID", persistent_id_setting}, Kept{"userAgent", user_agent_setting}};

void keep(SessionRequest& request, std::string_view name, std::string value) {
  request.command.settings.push_back({.name = std::string{name}, .type = "string", .value = std::move(value)});
}

Read read_member(std::string_view name, const json::value& value, SessionRequest& request) {
  if (name == "account") return read_text(name, value, request.command.account);
  if (name == "userName") return read_text(name, value, request.user);
  std::string text;
  if (name == "type") {
    if (auto read = read_text(name, value, text); !read) return read;
    const auto kind = session_kind_named(text);
    if (!kind) return not_valid(name);
    keep(request, kind_setting, std::string{name_of(*kind)});
    return {};
  }
  if (name == "userId") {
    if (!value.is_int64()) return not_valid(name);
    keep(request, sql_user_id_setting, std::to_string(value.as_int64()));
    return {};
  }
  if (name == "isDatastore") {
    if (!value.is_bool()) return not_valid(name);
    keep(request, datastore_setting, value.as_bool() ? "true" : "false");
    return {};
  }
  for (const auto& kept : kept_texts) {
    if (kept.member != name) continue;
    if (auto read = read_text(name, value, text); !read) return read;
    if (name == "hostType" && !is_host_type(text)) return not_valid(name);
    if (name == "persistentID" && !is_persistent_id(text)) return not_valid(name);
    keep(request, kept.setting, std::move(text));
    return {};
  }
  return std::unexpected{"there is a member that is not known"};
}

}  // namespace

std::expected<SessionRequest, std::string> read_session_request(std::string_view body) {
  const auto object = read_object(body);
  if (!object) return std::unexpected{object.error()};
  SessionRequest request{.user = {},
                         .command = {.account = "default", .id = common::random_id(), .database = {}, .settings = {}}};
  if (!object->contains("type")) keep(request, kind_setting, std::string{name_of(SessionKind::remote)});
  for (const auto& [name, value] : *object) {
    if (value.is_null()) continue;
    if (auto read = read_member(name, value, request); !read) return std::unexpected{read.error()};
  }
  return request;
}

std::expected<engine::TakeProductPlace, std::string> read_place_request(const model::SessionId& session,
                                                                        std::string_view body) {
  const auto object = read_object(body);
  if (!object) return std::unexpected{object.error()};
  engine::TakeProductPlace command{.session = session, .product = std::string{usual_product}, .reason = {}};
  for (const auto& [name, value] : *object) {
    if (value.is_null()) continue;
    if (name == "product" && value.is_int64()) {
      command.product = std::to_string(value.as_int64());
    } else if (name == "product" || name == "reason") {
      auto& text = name == "product" ? command.product : command.reason;
      if (auto read = read_text(name, value, text); !read) return std::unexpected{read.error()};
    } else {
      return std::unexpected{"there is a member that is not known"};
    }
  }
  if (command.product.empty()) return std::unexpected{"the value of product is not valid"};
  return command;
}

}  // namespace tally::usage
