#include "reading.hpp"

using namespace tally;
using namespace tally::config;
using namespace std::chrono_literals;

TEST_CASE("without any setting the defaults hold", "[config]") {
  const auto settings = serve_settings({});
  CHECK(settings.server.listen == std::vector{Endpoint{"127.0.0.1", 8080}});
  CHECK(settings.server.term == 5s);
  CHECK(settings.server.request_timeout == 30s);
  CHECK(settings.server.max_body_bytes == 4U * 1024 * 1024);
  CHECK_FALSE(settings.server.advertise);
  CHECK(settings.database.is_private());
  CHECK(settings.database.data_dir == "./tally-data");
  CHECK(settings.sessions.idle_timeout == 300min);
  CHECK_FALSE(settings.sessions.offline_timeout);
  CHECK(settings.identity.anonymous_user == "anonymous");
  CHECK(settings.log.level == logging::Level::info);
  CHECK(settings.log.format == logging::Format::text);
  CHECK(settings.warnings.empty());
}

TEST_CASE("root keeps its data where daemons do", "[config]") {
  const std::vector<std::string> arguments{"serve"};
  const auto command = read_command_line(arguments, Surroundings{{}, true});
  REQUIRE(command);
  CHECK(std::get<Serve>(*command).settings.database.data_dir == "/var/lib/tally");
}

TEST_CASE("every command of the design is understood", "[config]") {
  CHECK(std::holds_alternative<Version>(*read({"version"})));
  CHECK(std::get<Migrate>(*read({"migrate", "--database", "postgresql:///x"})).settings.database.url ==
        "postgresql:///x");
  const auto import = std::get<CatalogImport>(*read({"catalog", "import", "c.json", "--force", "--data-dir", "d"}));
  CHECK(import.file == "c.json");
  CHECK(import.force);
  CHECK(import.settings.database.data_dir == "d");
  CHECK(std::holds_alternative<CatalogExport>(*read({"catalog", "export"})));
  CHECK(std::get<CatalogCheck>(*read({"catalog", "check", "c.json"})).file == "c.json");
  CHECK(std::holds_alternative<SessionList>(*read({"session", "list"})));
  const auto end = std::get<SessionEnd>(*read({"session", "end", "{DA212A06-EDCD-461F-8134-C5E39F1559F7}"}));
  CHECK(model::to_string(end.id) == "da212a06-edcd-461f-8134-c5e39f1559f7");
  CHECK(std::get<UsageReport>(*read({"usage"})).format == ReportFormat::table);
  CHECK(std::get<UsageReport>(*read({"usage", "--product", "app", "--json"})).product == "app");
  CHECK(std::get<UsageReport>(*read({"usage", "--csv"})).format == ReportFormat::csv);
  const auto history = std::get<HistoryReport>(*read({"history", "--since", "1970-01-02", "--csv"}));
  CHECK(history.since == model::Instant{24h});
  CHECK(history.format == ReportFormat::csv);
}

TEST_CASE("wrong usage ends with code 2, says what is wrong and where to look", "[config]") {
  struct Case {
    std::vector<std::string> arguments;
    std::string text;
  };
  const auto [arguments, text] = GENERATE(values<Case>({
      {{}, "Try: tally --help"},
      {{"fly"}, "Try: tally --help"},
      {{"catalog"}, "Try: tally catalog --help"},
      {{"catalog", "import"}, "FILE is required"},
      {{"catalog", "check", "a", "b"}, "an argument too many"},
      {{"session", "end", "7"}, "is a guid"},
      {{"history"}, "--since is required"},
      {{"history", "--since", "yesterday"}, "--since: must be a date"},
      {{"usage", "--json", "--csv"}, "--json excludes --csv"},
      {{"serve", "--lisen", "x"}, "unknown option --lisen"},
      {{"usage", "--listen", "127.0.0.1:1"}, "unknown option --listen"},
      {{"serve", "--term"}, "--term"},
      {{"serve", "--term", "1s", "--term", "2s"}, "--term"},
  }));
  CAPTURE(arguments);
  const auto command = read(arguments);
  REQUIRE_FALSE(command);
  CHECK(command.error().code == ExitCode::usage);
  CHECK_THAT(command.error().text, Catch::StartsWith("tally: ") && Catch::Contains(text) && Catch::EndsWith("\n"));
}

TEST_CASE("help is no failure", "[config]") {
  const auto command = read({"serve", "--help"});
  REQUIRE_FALSE(command);
  CHECK(command.error().code == ExitCode::ok);
  CHECK_THAT(command.error().text, Catch::Contains("--sessions-idle-timeout") && Catch::Contains("365d"));
}

TEST_CASE("a password is never repeated", "[config]") {
  const std::string url = "postgresql://tally:hunter2@db/x";
  const std::vector<std::string> arguments =
      GENERATE_COPY(std::vector<std::string>{"serve", url}, std::vector<std::string>{"serve", "--databse=" + url},
                    std::vector<std::string>{"serve", "--database", url, "--database", url},
                    std::vector<std::string>{"serve", "--database", url, "--data-dir", "d"},
                    std::vector<std::string>{"serve", "--database", url + "\n"},
                    std::vector<std::string>{"catalog", "check", "f", url},
                    std::vector<std::string>{"session", "end", url}, std::vector<std::string>{url});
  CAPTURE(arguments);
  const auto command = read(arguments);
  REQUIRE_FALSE(command);
  CHECK(command.error().code == ExitCode::usage);
  CHECK_THAT(command.error().text, !Catch::Contains("hunter2"));
}

TEST_CASE("the command line wins over the environment, that over the file, that over the default", "[config]") {
  const TemporaryFile file{
      "[server]\nterm = \"1s\"\nrequest_timeout = \"1s\"\nmax_body = 2048\nlisten = [\"127.0.0.1:1\", "
      "\"127.0.0.1:2\"]\n"};
  const auto settings =
      serve_settings({"--config", file.path(), "--term", "3s"},
                     {{"TALLY_TERM", "2s"}, {"TALLY_REQUEST_TIMEOUT", "2s"}, {"TALLY_LISTEN", "127.0.0.1:3"}});
  CHECK(settings.server.term == 3s);
  CHECK(settings.server.request_timeout == 2s);
  CHECK(settings.server.max_body_bytes == 2048);
  CHECK(settings.server.listen == std::vector{Endpoint{"127.0.0.1", 3}});
  CHECK(settings.sessions.idle_timeout == 300min);
}

TEST_CASE("a flag of the environment can be taken back", "[config]") {
  CHECK(serve_settings({}, {{"TALLY_MIGRATE", "true"}}).database.migrate);
  CHECK_FALSE(serve_settings({"--migrate=false"}, {{"TALLY_MIGRATE", "true"}}).database.migrate);
  CHECK(serve_settings({"--migrate"}).database.migrate);
}

TEST_CASE("a data directory and a URL exclude each other in one place; of two places the nearer decides", "[config]") {
  const auto stop = serve_stop({"--data-dir", "d", "--database", "postgresql:///x"});
  CHECK(stop.code == ExitCode::usage);
  CHECK_THAT(stop.text, Catch::Contains("--data-dir and --database exclude each other"));
  CHECK_THAT(serve_stop({}, {{"TALLY_DATA_DIR", "d"}, {"TALLY_DATABASE", "postgresql:///x"}}).text,
             Catch::Contains("TALLY_DATA_DIR and TALLY_DATABASE exclude"));

  const auto directory = serve_settings({"--data-dir", "d"}, {{"TALLY_DATABASE", "postgresql:///x"}});
  CHECK(directory.database.is_private());
  CHECK(directory.database.data_dir == "d");
  CHECK(serve_settings({"--database", "postgresql:///x"}, {{"TALLY_DATA_DIR", "d"}}).database.url == "postgresql:///x");
}

TEST_CASE("listening beyond loopback without authentication is refused unless it is asked for", "[config]") {
  const std::string exposed =
      GENERATE(as<std::string>{}, "0.0.0.0:80", "[::]:80", "192.0.2.1:80", "tally.example:80", "127.0.0.1.example:80");
  CAPTURE(exposed);
  const auto stop = serve_stop({"--listen", "127.0.0.1:80", "--listen", exposed});
  CHECK(stop.code == ExitCode::refused);
  CHECK_THAT(stop.text, Catch::Contains(exposed) && Catch::Contains("--insecure"));
  CHECK(serve_settings({"--listen", exposed, "--insecure"}).server.listen.size() == 1);
  CHECK(read({"session", "list"}, {{"TALLY_LISTEN", exposed}}));
}

TEST_CASE("a short idle timeout is allowed with a warning", "[config]") {
  CHECK(serve_settings({"--sessions-idle-timeout", "60s"}).warnings.empty());
  const auto settings = serve_settings({"--sessions-idle-timeout", "1s"});
  CHECK(settings.sessions.idle_timeout == 1s);
  CHECK(settings.warnings.size() == 1);
}

TEST_CASE("a user header needs proxies that are believed", "[config]") {
  CHECK_THAT(serve_stop({"--identity-proxy-header", "X-User"}).text, Catch::Contains("identity.proxies"));
  const auto settings = serve_settings({"--identity-proxy-header", "X-User", "--identity-proxies", "10.0.0.0/8"});
  CHECK(settings.identity.proxies.front().contains("10.1.2.3"));
}
