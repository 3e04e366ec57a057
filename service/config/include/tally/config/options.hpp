#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tally/config/endpoint.hpp"
#include "tally/config/network.hpp"
#include "tally/logging/level.hpp"
#include "tally/model/access.hpp"
#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"

namespace tally::config {

struct ServerOptions {
  std::vector<Endpoint> listen{{"127.0.0.1", 8080}};  ///< never empty
  bool insecure = false;                              ///< listening beyond loopback without authentication is accepted
  std::optional<Endpoint> advertise;  ///< where stand-bys forward to; absent: the first address listened on
  std::chrono::milliseconds term{std::chrono::seconds{5}};
  std::chrono::milliseconds request_timeout{std::chrono::seconds{30}};
  std::size_t max_body_bytes = std::size_t{4} * 1024 * 1024;
  unsigned threads = 0;      ///< 0: half the processors, at least one
  std::string catalog_file;  ///< empty: none
};

struct DatabaseOptions {
  std::string url;                 ///< holds a password perhaps: show redacted(url) only
  std::filesystem::path data_dir;  ///< of the private cluster, used while there is no url
  bool migrate = false;
  bool allow_unsafe = false;  ///< a server with fsync off is accepted, for tests
  [[nodiscard]] bool is_private() const { return url.empty(); }
};

struct SessionOptions {
  std::chrono::milliseconds idle_timeout{std::chrono::minutes{300}};
  std::optional<std::chrono::milliseconds> offline_timeout;  ///< absent: offline sessions do not end as idle
};

struct IdentityOptions {
  std::string anonymous_user = "anonymous";
  std::vector<std::string> administrators;
  std::string proxy_header;      ///< the header that names the user; empty: none is believed
  std::vector<Network> proxies;  ///< whose headers are believed
  bool authentication = false;   ///< who is not vouched for shows a password or a key
};

struct SoapOptions {
  std::map<std::string, model::AccountId> databases;  ///< by alias; while empty, every alias means `default`
};

/// What a consumption that was refused is called at the floating server's door: as the hosted License API does, or by
/// the code that the floating server's own page shows.
enum class ConsumptionRefusal { license_api, page };

struct FloatingOptions {
  model::AccountId account = "default";  ///< whose licenses the door is to
  ConsumptionRefusal consumption_refusal = ConsumptionRefusal::license_api;
};

struct LogOptions {
  logging::Level level = logging::Level::info;
  logging::Format format = logging::Format::text;
  bool license_usage = false;  ///< a line for each place that is taken or comes back
};

/// All settings, checked and with their defaults. Commands other than serve have them too, because one may have to act
/// as the writer for a moment.
struct ServeOptions {
  ServerOptions server;
  DatabaseOptions database;
  SessionOptions sessions;
  IdentityOptions identity;
  SoapOptions soap;
  FloatingOptions floating;
  LogOptions log;
  std::vector<std::string> warnings;  ///< lawful but unwise settings, to be logged once logging has begun
};

struct Serve {
  ServeOptions settings;
};
struct Migrate {
  ServeOptions settings;
};
struct CatalogImport {
  ServeOptions settings;
  std::string file;
  bool force = false;
};
struct CatalogExport {
  ServeOptions settings;
};
/// Reads a catalogue file and tells its mistakes; needs no database.
struct CatalogCheck {
  std::string file;
};
struct SessionList {
  ServeOptions settings;
};
struct SessionEnd {
  ServeOptions settings;
  model::SessionId id;
};

enum class ReportFormat { table, json, csv };

struct UsageReport {
  ServeOptions settings;
  std::string product;  ///< empty: every product
  ReportFormat format = ReportFormat::table;
};
struct HistoryReport {
  ServeOptions settings;
  model::Instant since;
  ReportFormat format = ReportFormat::table;  ///< never json
};
struct UserAdd {
  ServeOptions settings;
  model::User user;
  std::string password_file;  ///< "-" is standard input; empty: no password, so keys alone let it in
};
struct UserSetPassword {
  ServeOptions settings;
  std::string name;
  std::string password_file;
};
struct UserRemove {
  ServeOptions settings;
  std::string name;
};
struct UserList {
  ServeOptions settings;
  ReportFormat format = ReportFormat::table;
};
struct KeyAdd {
  ServeOptions settings;
  std::string user;
  std::string note;
  std::optional<std::chrono::days> lifetime;  ///< absent: for ever
};
struct KeyRevoke {
  ServeOptions settings;
  std::string id;
};
struct KeyList {
  ServeOptions settings;
  ReportFormat format = ReportFormat::table;
};
struct Version {};

/// What was asked for on the command line.
using Command =
    std::variant<Serve, Migrate, CatalogImport, CatalogExport, CatalogCheck, SessionList, SessionEnd, UsageReport,
                 HistoryReport, UserAdd, UserSetPassword, UserRemove, UserList, KeyAdd, KeyRevoke, KeyList, Version>;

}  // namespace tally::config
