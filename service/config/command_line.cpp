#include "tally/config/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "config_file.hpp"
#include "environment.hpp"
#include "settings_table.hpp"
#include "tally/catalog_json/instant_text.hpp"
#include "tally/model/names.hpp"

namespace tally::config {
namespace {

using namespace std::chrono_literals;

constexpr auto idle_timeout_advised = 60s;

/// What CLI11 writes into while it parses: the raw texts of the settings and the arguments of the commands.
struct Parsed {
  std::map<const Setting*, std::vector<std::string>> values;
  std::map<const Setting*, std::string> flags;  // --insecure=false is possible, to overrule the environment
  std::string config_file;
  std::string file;
  std::string session_id;
  std::string product;
  std::string since;
  std::string name;
  std::string role;
  std::string account;
  std::string password_file;
  std::string note;
  int days = 0;
  bool force = false;
  bool json = false;
  bool csv = false;
};

Stop wrong(const std::string& sentence, ExitCode code = ExitCode::usage) { return {code, "tally: " + sentence + '\n'}; }

/// The parser of one run: the commands with their options, built once and asked which command was found.
class Arguments {
 public:
  Arguments() {
    app_.require_subcommand(1);
    add_serve();
    add_command(app_, "migrate", "Bring the database's schema up to date");
    add_catalog();
    add_session();
    add_reports();
    add_users();
    add_keys();
    app_.add_subcommand("version", "Print the version");
  }

  std::optional<Stop> parse(std::span<const std::string> arguments) {
    std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};  // as CLI11 wants them
    try {
      app_.parse(reversed);
    } catch (const CLI::ExtrasError&) {
      return with_advice(unexpected_arguments());
    } catch (const CLI::ParseError& error) {
      std::ostringstream out;
      std::ostringstream complaint;
      if (app_.exit(error, out, complaint) == 0) return Stop{ExitCode::ok, out.str()};
      return with_advice(error.what());
    }
    return std::nullopt;
  }

  [[nodiscard]] const Parsed& parsed() const { return parsed_; }

  /// The words of the command that was given: "catalog import".
  [[nodiscard]] std::string command() const {
    std::string words;
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) {
      app = app->get_subcommands().front();
      words.append(words.empty() ? "" : " ").append(app->get_name());
    }
    return words;
  }

  [[nodiscard]] std::vector<GivenSetting> given_settings() const {
    std::vector<GivenSetting> given;
    for (const auto& [setting, values] : parsed_.values)
      if (!values.empty()) given.push_back({setting, values, std::string{setting->names.flag}});
    for (const auto& [setting, text] : parsed_.flags)
      if (!text.empty()) given.push_back({setting, {text}, std::string{setting->names.flag}});
    return given;
  }

 private:
  void add_setting(CLI::App& command, const Setting& setting) {
    const std::string flag{setting.names.flag};
    const std::string help = std::string{setting.help} + " (" + std::string{setting.names.values} +
                             "; default: " + std::string{setting.names.default_text} + ")";
    if (setting.shape == Shape::flag) {
      command.add_flag(flag, parsed_.flags[&setting], std::string{setting.help});
      return;
    }
    CLI::Option* option = command.add_option(flag, parsed_.values[&setting], help);
    option->allow_extra_args(false)->type_name(setting.shape == Shape::map ? "ALIAS=ACCOUNT" : "VALUE");
    if (setting.shape == Shape::one) option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  }

  /// A command that uses the database, and so the settings that say where it is.
  CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& what) {
    CLI::App& command = *parent.add_subcommand(name, what);
    command.add_option("--config", parsed_.config_file, "read settings from this TOML file")->type_name("FILE");
    for (const Setting& setting : settings_table())
      if (setting.for_every_command) add_setting(command, setting);
    return command;
  }

  void add_serve() {
    CLI::App& serve = add_command(app_, "serve", "Serve requests until told to stop");
    for (const Setting& setting : settings_table())
      if (!setting.for_every_command) add_setting(serve, setting);
  }

  void add_file(CLI::App& command) {
    command.add_option("FILE", parsed_.file, "the catalogue's file")->required()->type_name("");
  }

  void add_catalog() {
    CLI::App& catalog = *app_.add_subcommand("catalog", "Import, export or check the catalogue");
    catalog.require_subcommand(1);
    CLI::App& import = add_command(catalog, "import", "Make a file the catalogue");
    add_file(import);
    import.add_flag("--force", parsed_.force, "also remove what is held and lower maximums below use");
    add_command(catalog, "export", "Write the catalogue to stdout");
    add_file(*catalog.add_subcommand("check", "Tell a file's mistakes; needs no database"));
  }

  void add_session() {
    CLI::App& session = *app_.add_subcommand("session", "List or end sessions");
    session.require_subcommand(1);
    add_command(session, "list", "List the sessions");
    CLI::App& end = add_command(session, "end", "End a session and give back what it holds");
    end.add_option("ID", parsed_.session_id, "the session's guid")->required()->type_name("");
  }

  void add_reports() {
    CLI::App& usage = add_command(app_, "usage", "Show what is used now");
    usage.add_option("--product", parsed_.product, "only this product")->type_name("CODE");
    CLI::Option* json = usage.add_flag("--json", parsed_.json, "as JSON");
    usage.add_flag("--csv", parsed_.csv, "as comma-separated values")->excludes(json);
    CLI::App& history = add_command(app_, "history", "Show what happened");
    history.add_option("--since", parsed_.since, "from this instant on: an RFC 3339 date or date-time")
        ->required()
        ->type_name("TIME");
    history.add_flag("--csv", parsed_.csv, "as comma-separated values");
  }

  void add_users() {
    CLI::App& user = *app_.add_subcommand("user", "Say who may come in, and as what");
    user.require_subcommand(1);
    CLI::App& add = add_command(user, "add", "Make a user known");
    add_name(add);
    add.add_option("--role", parsed_.role, "reader, client, operator or admin")->required()->type_name("ROLE");
    add.add_option("--account", parsed_.account, "the only account that the user may be; without it any")
        ->type_name("ACCOUNT");
    add_password_file(add, "without it, only keys let the user in");
    CLI::App& password = add_command(user, "set-password", "Give a user another password");
    add_name(password);
    add_password_file(password, "the file")->required();
    add_name(add_command(user, "remove", "Forget a user and all its keys"));
    add_json(add_command(user, "list", "List the users"));
  }

  void add_keys() {
    CLI::App& key = *app_.add_subcommand("key", "Give and revoke API keys");
    key.require_subcommand(1);
    CLI::App& add = add_command(key, "add", "Draw a key for a user and print it, this one time");
    add_name(add);
    add.add_option("--note", parsed_.note, "what the key is for")->type_name("TEXT");
    add.add_option("--days", parsed_.days, "how long it is valid; without it, until it is revoked")
        ->check(CLI::Range(1, 36'500))
        ->type_name("DAYS");
    CLI::App& revoke = add_command(key, "revoke", "Make a key worth nothing");
    revoke.add_option("ID", parsed_.name, "the key's identifier, between its underscores")->required()->type_name("");
    add_json(add_command(key, "list", "List the keys without their secrets"));
  }

  void add_name(CLI::App& command) {
    command.add_option("NAME", parsed_.name, "the user's name")->required()->type_name("");
  }

  CLI::Option* add_password_file(CLI::App& command, const std::string& help) {
    return command
        .add_option("--password-file", parsed_.password_file, "its first line is the password, - is stdin; " + help)
        ->type_name("FILE");
  }

  void add_json(CLI::App& command) { command.add_flag("--json", parsed_.json, "as JSON"); }

  /// Names unknown options only: a stray argument may be a URL with its password.
  std::string unexpected_arguments() const {
    std::string options;
    for (const std::string& argument : app_.remaining(true))
      if (argument.starts_with('-')) options += ' ' + argument.substr(0, argument.find_first_of("=:@"));
    return options.empty() ? "there is an argument too many" : "unknown option" + options;
  }

  Stop with_advice(const std::string& sentence) const {
    const std::string words = command();
    return wrong(sentence + "\nTry: tally " + words + (words.empty() ? "" : " ") + "--help");
  }

  CLI::App app_{"Tally counts what licenses allow", "tally"};
  Parsed parsed_;
};

void add_warnings(ServeOptions& options) {
  if (options.sessions.idle_timeout < idle_timeout_advised)
    options.warnings.push_back(
        "sessions.idle_timeout is below 60s: clients that pause for a moment lose what they hold");
}

/// Settings that only make sense together.
std::optional<std::string> contradiction(const ServeOptions& options) {
  if (!options.identity.proxy_header.empty() && options.identity.proxies.empty())
    return "identity.proxy_header needs identity.proxies: without listed proxies nobody's header is believed";
  return std::nullopt;
}

/// The places in order of rising importance.
std::expected<ServeOptions, Stop> gather_settings(const Arguments& arguments, const Surroundings& surroundings) {
  ServeOptions options;
  options.database.data_dir = surroundings.is_root ? "/var/lib/tally" : "./tally-data";
  std::string file = arguments.parsed().config_file;
  const auto variable = surroundings.environment.find(std::string{config_variable});
  if (file.empty() && variable != surroundings.environment.end()) file = variable->second;
  if (!file.empty()) {
    const auto from_file = settings_in_file(file);
    if (!from_file) return std::unexpected{wrong(from_file.error())};
    if (const auto applied = apply_all(*from_file, options); !applied) return std::unexpected{wrong(applied.error())};
  }
  const auto from_environment = settings_in_environment(surroundings.environment);
  if (!from_environment) return std::unexpected{wrong(from_environment.error())};
  if (const auto applied = apply_all(*from_environment, options); !applied)
    return std::unexpected{wrong(applied.error())};
  const auto applied = apply_all(arguments.given_settings(), options);
  if (!applied) return std::unexpected{wrong(applied.error())};
  if (const auto sentence = contradiction(options)) return std::unexpected{wrong(*sentence)};
  add_warnings(options);
  return options;
}

std::expected<Command, Stop> make_serve(ServeOptions settings) {
  if (const auto refusal = exposure_refusal(settings)) return std::unexpected{wrong(*refusal, ExitCode::refused)};
  return Serve{std::move(settings)};
}

std::expected<Command, Stop> make_session_end(const Parsed& parsed, ServeOptions settings) {
  const auto id = model::parse_guid(parsed.session_id);
  if (!id) return std::unexpected{wrong("the ID of a session is a guid, as tally session list shows it")};
  return SessionEnd{std::move(settings), *id};
}

std::expected<Command, Stop> make_history(const Parsed& parsed, ServeOptions settings) {
  const auto since = catalog_json::parse_instant(parsed.since);
  if (!since)
    return std::unexpected{wrong("--since: must be a date or date-time such as 2026-12-31 or 2026-12-31T18:00:00Z")};
  return HistoryReport{std::move(settings), *since, parsed.csv ? ReportFormat::csv : ReportFormat::table};
}

/// As the ledger, the log and HTTP headers may have it; Basic ends a name with a colon.
bool is_user_name(const std::string& name) {
  return !name.empty() && name.size() <= 256 && model::is_utf8(name) && !model::has_control_characters(name) &&
         !name.contains(':');
}

std::expected<Command, Stop> make_user_add(const Parsed& parsed, ServeOptions settings) {
  if (!is_user_name(parsed.name))
    return std::unexpected{wrong("a user's name has 1 to 256 bytes of UTF-8, without colons and control characters")};
  const auto role = model::parse_role(parsed.role);
  if (!role) return std::unexpected{wrong("--role: must be reader, client, operator or admin")};
  return UserAdd{
      std::move(settings), {.name = parsed.name, .account = parsed.account, .role = *role}, parsed.password_file};
}

Command make_key_add(const Parsed& parsed, ServeOptions settings) {
  const auto lifetime = parsed.days > 0 ? std::optional{std::chrono::days{parsed.days}} : std::nullopt;
  return KeyAdd{std::move(settings), parsed.name, parsed.note, lifetime};
}

ReportFormat table_or_json(const Parsed& parsed) { return parsed.json ? ReportFormat::json : ReportFormat::table; }

Command make_usage(const Parsed& parsed, ServeOptions settings) {
  const ReportFormat format = parsed.json ? ReportFormat::json : parsed.csv ? ReportFormat::csv : ReportFormat::table;
  return UsageReport{std::move(settings), parsed.product, format};
}

}  // namespace

std::expected<Command, Stop> read_command_line(std::span<const std::string> arguments,
                                               const Surroundings& surroundings) {
  Arguments parser;
  if (auto stop = parser.parse(arguments)) return std::unexpected{*std::move(stop)};
  const Parsed& parsed = parser.parsed();
  const std::string command = parser.command();
  if (command == "version") return Version{};
  if (command == "catalog check") return CatalogCheck{parsed.file};
  auto settings = gather_settings(parser, surroundings);
  if (!settings) return std::unexpected{settings.error()};
  if (command == "serve") return make_serve(*std::move(settings));
  if (command == "migrate") return Migrate{*std::move(settings)};
  if (command == "catalog import") return CatalogImport{*std::move(settings), parsed.file, parsed.force};
  if (command == "catalog export") return CatalogExport{*std::move(settings)};
  if (command == "session list") return SessionList{*std::move(settings)};
  if (command == "session end") return make_session_end(parsed, *std::move(settings));
  if (command == "user add") return make_user_add(parsed, *std::move(settings));
  if (command == "user set-password") return UserSetPassword{*std::move(settings), parsed.name, parsed.password_file};
  if (command == "user remove") return UserRemove{*std::move(settings), parsed.name};
  if (command == "user list") return UserList{*std::move(settings), table_or_json(parsed)};
  if (command == "key add") return make_key_add(parsed, *std::move(settings));
  if (command == "key revoke") return KeyRevoke{*std::move(settings), parsed.name};
  if (command == "key list") return KeyList{*std::move(settings), table_or_json(parsed)};
  if (command == "usage") return make_usage(parsed, *std::move(settings));
  return make_history(parsed, *std::move(settings));
}

}  // namespace tally::config
