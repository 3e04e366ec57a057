#include "database_bootstrap.hpp"

#include <libpq-fe.h>

#include <array>
#include <cstdio>
#include <memory>

#include "cluster_failure.hpp"
#include "run_directory.hpp"

namespace tally::embedded {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string percent_encoded(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       byte == '-' || byte == '_' || byte == '.';
    std::array<char, 4> code{letter, '\0'};
    if (!plain) std::snprintf(code.data(), code.size(), "%%%02X", byte);
    result += code.data();
  }
  return result;
}

std::string message_of(const Connection& connection) {
  std::string message = PQerrorMessage(connection.get());
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message;
}

std::expected<bool, ClusterError> exists(const Connection& connection, const char* query) {
  const Result result(PQexec(connection.get(), query), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
    return failed("the private database did not answer: " + message_of(connection));
  return PQntuples(result.get()) > 0;
}

std::expected<void, ClusterError> make_unless(const Connection& connection, const char* query, const char* statement) {
  const auto there = exists(connection, query);
  if (!there) return std::unexpected(there.error());
  if (*there) return {};
  const Result result(PQexec(connection.get(), statement), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
    return failed("cannot prepare the private database: " + message_of(connection));
  return {};
}

}  // namespace

std::string socket_url(const std::filesystem::path& run_directory, const char* role, const char* database) {
  return std::string("postgresql://") + role + "@/" + database + "?host=" + percent_encoded(run_directory.native()) +
         "&port=" + std::to_string(server_port);
}

Answer ask_server(const std::filesystem::path& run_directory) {
  const auto url = socket_url(run_directory, maintenance_role, maintenance_role) + "&connect_timeout=2";
  switch (PQping(url.c_str())) {
    case PQPING_OK: return Answer::accepting;
    case PQPING_REJECT: return Answer::refusing;
    case PQPING_NO_RESPONSE:
    case PQPING_NO_ATTEMPT: break;
  }
  return Answer::silent;
}

std::expected<void, ClusterError> ensure_database(const std::filesystem::path& run_directory) {
  // Bounded, because a stop() waits for this.
  const auto url = socket_url(run_directory, maintenance_role, maintenance_role) +
                   "&connect_timeout=5&application_name=tally-setup&options=-c%20statement_timeout%3D60000";
  const Connection connection(PQconnectdb(url.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return failed("cannot connect to the private database: " + message_of(connection));
  auto made = make_unless(connection, "SELECT FROM pg_roles WHERE rolname = 'tally'",
                          "CREATE ROLE tally LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS");
  if (made)
    made =
        make_unless(connection, "SELECT FROM pg_database WHERE datname = 'tally'", "CREATE DATABASE tally OWNER tally");
  return made;
}

}  // namespace tally::embedded
