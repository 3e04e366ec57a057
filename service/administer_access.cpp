#include <fstream>
#include <iostream>

#include "administer.hpp"
#include "database.hpp"
#include "tally/access/api_key.hpp"
#include "tally/access/password.hpp"
#include "tally/admin/report_text.hpp"
#include "tally/postgres/access_tables.hpp"
#include "tally/postgres/reports.hpp"

namespace tally {
namespace {

using config::ExitCode;

constexpr std::size_t password_bytes_min = 8;

/// The first line of a file or of standard input: arguments can be seen by everybody on the machine.
std::expected<std::string, Failure> read_password(const std::string& file) {
  std::ifstream stream;
  if (file != "-") {
    stream.open(file);
    if (!stream) return std::unexpected{Failure{ExitCode::usage, "the password's file can't be read"}};
  }
  std::string password;
  std::getline(file == "-" ? std::cin : stream, password);
  if (password.ends_with('\r')) password.pop_back();
  if (password.size() < password_bytes_min || password.size() > access::password_bytes_max)
    return std::unexpected{Failure{ExitCode::usage, "a password has 8 to 256 bytes"}};
  return password;
}

/// Asks the database, and tells an absent row in these words.
template<class Change>
std::expected<void, Failure> change(const config::ServeOptions& settings, EventLogger& events,
                                    const std::string& otherwise, const Change& make) {
  auto database = Database::find(settings.database, events);
  if (!database) return std::unexpected{database.error()};
  const std::expected<bool, std::string> changed = make(database->url());
  if (!changed) return std::unexpected{Failure{ExitCode::database_unavailable, changed.error()}};
  if (!*changed) return std::unexpected{Failure{ExitCode::refused, otherwise}};
  return {};
}

template<class Ask>
std::expected<void, Failure> print(const config::ServeOptions& settings, EventLogger& events,
                                   config::ReportFormat format, const Ask& ask) {
  auto database = Database::find(settings.database, events);
  if (!database) return std::unexpected{database.error()};
  const std::expected<storage::Report, std::string> report = ask(database->url());
  if (!report) return std::unexpected{Failure{ExitCode::database_unavailable, report.error()}};
  std::cout << (format == config::ReportFormat::json ? admin::as_json(*report) : admin::as_columns(*report));
  return {};
}

}  // namespace

std::expected<void, Failure> add_user(const config::UserAdd& command, EventLogger& events) {
  storage::StoredUser user{.user = command.user, .password_hash = {}};
  if (!command.password_file.empty()) {
    const auto password = read_password(command.password_file);
    if (!password) return std::unexpected{password.error()};
    user.password_hash = access::password_hash(*password);
  }
  return change(command.settings, events, "there is a user of this name already",
                [&user](const std::string& url) { return postgres::add_user(url, user); });
}

std::expected<void, Failure> set_password(const config::UserSetPassword& command, EventLogger& events) {
  const auto password = read_password(command.password_file);
  if (!password) return std::unexpected{password.error()};
  const std::string hash = access::password_hash(*password);
  return change(command.settings, events, "there is no user of this name",
                [&](const std::string& url) { return postgres::set_password(url, command.name, hash); });
}

std::expected<void, Failure> remove_user(const config::UserRemove& command, EventLogger& events) {
  return change(command.settings, events, "there is no user of this name",
                [&](const std::string& url) { return postgres::remove_user(url, command.name); });
}

std::expected<void, Failure> list_users(const config::UserList& command, EventLogger& events) {
  return print(command.settings, events, command.format, postgres::users);
}

std::expected<void, Failure> add_key(const config::KeyAdd& command, EventLogger& events) {
  const access::ApiKey key = access::draw_api_key();
  const auto added = change(command.settings, events, "there is no user of this name", [&](const std::string& url) {
    return postgres::add_key(url, {.id = key.id,
                                   .user = command.user,
                                   .secret_hash = access::secret_hash(key.secret),
                                   .note = command.note,
                                   .lifetime = command.lifetime});
  });
  if (added) std::cout << key.text() << "\n";
  return added;
}

std::expected<void, Failure> revoke_key(const config::KeyRevoke& command, EventLogger& events) {
  return change(command.settings, events, "there is no such key",
                [&](const std::string& url) { return postgres::revoke_key(url, command.id); });
}

std::expected<void, Failure> list_keys(const config::KeyList& command, EventLogger& events) {
  return print(command.settings, events, command.format, postgres::api_keys);
}

}  // namespace tally
