#include "settings_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "measures.hpp"

namespace tally::config {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;
using Values = std::span<const std::string>;

constexpr std::size_t text_max = 256;
constexpr std::array<std::string_view, 2> consumption_refusals{"license_api", "page"};

bool is_plain(std::string_view text) {
  return text.size() <= text_max &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

template<class Value>
bool store(const std::optional<Value>& value, Value& target) {
  if (value) target = *value;
  return value.has_value();
}

bool store_flag(Values values, bool& target) {
  const std::string& text = values.front();
  if (text != "true" && text != "false") return false;
  target = text == "true";
  return true;
}

struct DurationRange {
  milliseconds min;
  milliseconds max;
};

std::optional<milliseconds> duration(Values values, DurationRange range) {
  const auto value = parse_duration(values.front());
  return value && *value >= range.min && *value <= range.max ? value : std::nullopt;
}

/// The value's place among the words, which are in the order of the enum.
template<class Enum, std::size_t count>
bool store_word(Values values, const std::array<std::string_view, count>& words, Enum& target) {
  const auto found = std::ranges::find(words, values.front());
  if (found == words.end()) return false;
  target = static_cast<Enum>(found - words.begin());
  return true;
}

/// Replaces the whole list, if every value can be read.
template<class Element, class Read>
bool store_list(Values values, std::vector<Element>& target, Read read) {
  std::vector<Element> list;
  for (const std::string& value : values) {
    const std::optional<Element> element = read(value);
    if (!element) return false;
    list.push_back(*element);
  }
  target = std::move(list);
  return true;
}

std::optional<std::string> name(const std::string& text) {
  return text.empty() || !is_plain(text) ? std::nullopt : std::optional{text};
}

bool listen(Values values, ServeOptions& options) {
  return !values.empty() && store_list(values, options.server.listen, parse_endpoint);
}

bool advertise(Values values, ServeOptions& options) {
  options.server.advertise = parse_endpoint(values.front());
  return options.server.advertise && options.server.advertise->port != 0;
}

bool max_body(Values values, ServeOptions& options) {
  const auto bytes = parse_size(values.front());
  return bytes && *bytes >= 1024 && *bytes <= (std::size_t{1} << 30) && store(bytes, options.server.max_body_bytes);
}

bool threads(Values values, ServeOptions& options) {
  const std::string& text = values.front();
  unsigned number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number > 1024) return false;
  options.server.threads = number;
  return true;
}

bool idle_timeout(Values values, ServeOptions& options) {
  if (!store(duration(values, {1s, std::chrono::days{365}}), options.sessions.idle_timeout)) return false;
  return true;
}

bool offline_timeout(Values values, ServeOptions& options) {
  options.sessions.offline_timeout = duration(values, {1s, std::chrono::days{3650}});
  return options.sessions.offline_timeout.has_value();
}

/// A field name of HTTP (RFC 9110, 5.6.2).
bool proxy_header(Values values, ServeOptions& options) {
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~";
  const std::string& text = values.front();
  options.identity.proxy_header = text;
  return text.size() <= text_max && text.find_first_not_of(letters) == std::string::npos;
}

bool databases(Values values, ServeOptions& options) {
  std::map<std::string, model::AccountId> accounts;
  for (const std::string& value : values) {
    const auto equals = value.rfind('=');
    if (equals == std::string::npos || !is_plain(value)) return false;
    const std::string account = value.substr(equals + 1);
    if (equals == 0 || account.empty() || !accounts.emplace(value.substr(0, equals), account).second) return false;
  }
  options.soap.databases = std::move(accounts);
  return true;
}

bool data_dir(Values values, ServeOptions& options) {
  options.database.data_dir = values.front();
  options.database.url.clear();  // the nearer place decides between the two
  return !values.front().empty();
}

bool database_url(Values values, ServeOptions& options) {
  options.database.url = values.front();
  return !values.front().empty() && values.front().find_first_of("\n\r") == std::string::npos;
}

constexpr Setting settings[] = {
    {{"--listen", "TALLY_LISTEN", "server.listen", "127.0.0.1:8080",
      "host:port, IPv6 as [address]:port, port 0 for a free one"},
     "where to listen; may be repeated",
     Shape::list,
     false,
     false,
     listen},
    {{"--insecure", "TALLY_INSECURE", "server.insecure", "false", "true or false"},
     "accept to listen beyond loopback without authentication",
     Shape::flag,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_flag(values, o.server.insecure); }},
    {{"--advertise", "TALLY_ADVERTISE", "server.advertise", "the first address of listen",
      "host:port with a port from 1"},
     "where stand-bys forward requests to",
     Shape::one,
     false,
     false,
     advertise},
    {{"--term", "TALLY_TERM", "server.term", "5s", "a duration from 1s to 10m"},
     "how long the writer may go unheard before a stand-by takes over",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) {
       return store(duration(values, {1s, 10min}), o.server.term);
     }},
    {{"--request-timeout", "TALLY_REQUEST_TIMEOUT", "server.request_timeout", "30s", "a duration from 100ms to 1h"},
     "how long a request may take",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) {
       return store(duration(values, {100ms, 1h}), o.server.request_timeout);
     }},
    {{"--max-body", "TALLY_MAX_BODY", "server.max_body", "4MiB", "a size from 1KiB to 1GiB"},
     "the largest request body",
     Shape::one,
     false,
     false,
     max_body},
    {{"--threads", "TALLY_THREADS", "server.threads", "0",
      "a number from 0 to 1024; 0 is half the processors, at least one"},
     "threads that serve requests",
     Shape::one,
     false,
     false,
     threads},
    {{"--catalog", "TALLY_CATALOG", "server.catalog", "none", "the path of a file"},
     "import this catalogue at the start if it changed",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) { return !(o.server.catalog_file = values.front()).empty(); }},
    {{"--database", "TALLY_DATABASE", "database.url", "none", "a PostgreSQL URL or keywords, of one or several hosts"},
     "use this PostgreSQL server",
     Shape::one,
     true,
     true,
     database_url},
    {{"--data-dir", "TALLY_DATA_DIR", "database.data_dir", "./tally-data, as root /var/lib/tally",
      "the path of a directory"},
     "keep a private PostgreSQL cluster here",
     Shape::one,
     true,
     false,
     data_dir},
    {{"--migrate", "TALLY_MIGRATE", "database.migrate", "false", "true or false"},
     "bring the database's schema up to date at the start",
     Shape::flag,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_flag(values, o.database.migrate); }},
    {{"--allow-unsafe", "TALLY_ALLOW_UNSAFE", "database.allow_unsafe", "false", "true or false"},
     "accept a database that may lose what it acknowledged, for tests",
     Shape::flag,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_flag(values, o.database.allow_unsafe); }},
    {{"--sessions-idle-timeout", "TALLY_SESSIONS_IDLE_TIMEOUT", "sessions.idle_timeout", "300m",
      "a duration from 1s to 365d"},
     "end sessions that were not heard of for so long",
     Shape::one,
     false,
     false,
     idle_timeout},
    {{"--sessions-offline-timeout", "TALLY_SESSIONS_OFFLINE_TIMEOUT", "sessions.offline_timeout", "none",
      "a duration from 1s to 3650d"},
     "end offline sessions too, after so long",
     Shape::one,
     false,
     false,
     offline_timeout},
    {{"--authentication", "TALLY_AUTHENTICATION", "identity.authentication", "false", "true or false"},
     "let in only who shows a password or a key, or is vouched for by a listed proxy",
     Shape::flag,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_flag(values, o.identity.authentication); }},
    {{"--identity-anonymous-user", "TALLY_IDENTITY_ANONYMOUS_USER", "identity.anonymous_user", "anonymous",
      "a name of at most 256 bytes"},
     "the user of callers without a name",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) { return store(name(values.front()), o.identity.anonymous_user); }},
    {{"--identity-administrators", "TALLY_IDENTITY_ADMINISTRATORS", "identity.administrators", "none",
      "names of at most 256 bytes"},
     "users who may administrate; may be repeated",
     Shape::list,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_list(values, o.identity.administrators, name); }},
    {{"--identity-proxy-header", "TALLY_IDENTITY_PROXY_HEADER", "identity.proxy_header", "none",
      "the name of an HTTP header"},
     "the header in which listed proxies name the user",
     Shape::one,
     false,
     false,
     proxy_header},
    {{"--identity-proxies", "TALLY_IDENTITY_PROXIES", "identity.proxies", "none",
      "addresses or networks such as 10.0.0.0/8"},
     "proxies whose headers are believed; may be repeated",
     Shape::list,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_list(values, o.identity.proxies, Network::parse); }},
    {{"--soap-databases", "TALLY_SOAP_DATABASES", "soap.databases", "none", "alias=account, each alias once"},
     "accounts of the database aliases that SOAP clients name; may be repeated",
     Shape::map,
     false,
     false,
     databases},
    {{"--floating-account", "TALLY_FLOATING_ACCOUNT", "floating.account", "default", "a name of at most 256 bytes"},
     "the account whose licenses the floating server gives out",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) { return store(name(values.front()), o.floating.account); }},
    {{"--floating-consumption-refusal", "TALLY_FLOATING_CONSUMPTION_REFUSAL", "floating.consumption_refusal",
      "license_api", "license_api or page"},
     "what a refused consumption is called",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) {
       return store_word(values, consumption_refusals, o.floating.consumption_refusal);
     }},
    {{"--log-level", "TALLY_LOG_LEVEL", "log.level", "info", "trace, debug, info, warning or error"},
     "the least important lines to log",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_word(values, logging::level_names, o.log.level); }},
    {{"--log-format", "TALLY_LOG_FORMAT", "log.format", "text", "text or json"},
     "how log lines look",
     Shape::one,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_word(values, logging::format_names, o.log.format); }},
    {{"--log-license-usage", "TALLY_LOG_LICENSE_USAGE", "log.license_usage", "false", "true or false"},
     "log each place that is taken or comes back",
     Shape::flag,
     false,
     false,
     [](Values values, ServeOptions& o) { return store_flag(values, o.log.license_usage); }},
};

std::string refusal(const GivenSetting& given) {
  std::string shown;
  for (const std::string& value : given.values)
    shown.append(shown.empty() ? "" : ",").append(value.substr(0, text_max));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  const std::string what = given.setting->is_secret ? "what was given" : '"' + shown + '"';
  return given.where + ": " + what + " is not " + std::string{given.setting->names.values};
}

const GivenSetting* find(std::span<const GivenSetting> given, std::string_view member) {
  const auto found =
      std::ranges::find(given, member, [](const GivenSetting& one) { return one.setting->names.member; });
  return found == given.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Setting> settings_table() { return settings; }

std::vector<SettingNames> all_settings() {
  std::vector<SettingNames> names;
  for (const Setting& setting : settings) names.push_back(setting.names);
  return names;
}

std::expected<void, std::string> apply_all(std::span<const GivenSetting> given, ServeOptions& options) {
  const GivenSetting* directory = find(given, "database.data_dir");
  const GivenSetting* url = find(given, "database.url");
  if (directory != nullptr && url != nullptr)
    return std::unexpected{directory->where + " and " + url->where + " exclude each other"};
  for (const GivenSetting& one : given)
    if (!one.setting->apply(one.values, options)) return std::unexpected{refusal(one)};
  return {};
}

}  // namespace tally::config
