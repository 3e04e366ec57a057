#include "tally/model/access.hpp"

#include <array>

namespace tally::model {
namespace {

struct NamedRole {
  Role role;
  std::string_view name;
};
constexpr std::array roles{NamedRole{Role::reader, "reader"}, NamedRole{Role::client, "client"},
                           NamedRole{Role::operator_, "operator"}, NamedRole{Role::admin, "admin"}};

}  // namespace

bool may(Role role, Access access) {
  switch (access) {
    case Access::open: return true;
    case Access::read: return role != Role::client;
    case Access::use: return role != Role::reader;
    case Access::operate: return role == Role::operator_ || role == Role::admin;
    case Access::administer: return role == Role::admin;
  }
  return false;
}

std::string_view name_of(Role role) {
  for (const auto& each : roles)
    if (each.role == role) return each.name;
  return "unknown";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const auto& each : roles)
    if (each.name == name) return each.role;
  return std::nullopt;
}

}  // namespace tally::model
