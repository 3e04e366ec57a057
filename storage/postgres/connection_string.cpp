#include "connection_string.hpp"

#include <libpq-fe.h>

#include <map>

namespace tally::postgres {
namespace {

std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace

std::expected<std::string, std::string> connection_string(const std::string& url, const std::string& application_name) {
  std::map<std::string, std::string> options{
      {"connect_timeout", "2"},      {"target_session_attrs", "read-write"}, {"application_name", application_name},
      {"keepalives_idle", "5"},      {"keepalives_interval", "2"},           {"keepalives_count", "3"},
      {"tcp_user_timeout", "10000"},
  };
  char* message = nullptr;
  PQconninfoOption* given = PQconninfoParse(url.c_str(), &message);
  PQfreemem(message);
  if (given == nullptr) return std::unexpected{"the database URL can't be read"};
  for (const auto* option = given; option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') options[option->keyword] = option->val;
  }
  PQconninfoFree(given);
  options["client_encoding"] = "UTF8";
  std::string text;
  for (const auto& [keyword, value] : options) text += keyword + "=" + quoted(value) + " ";
  return text;
}

}  // namespace tally::postgres
