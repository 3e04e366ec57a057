#include "reading.hpp"

using namespace tally;
using namespace tally::config;
using namespace std::chrono_literals;

TEST_CASE("every member of the file is read", "[config]") {
  const TemporaryFile file{R"([server]
listen = ["0.0.0.0:80", "[::1]:81"]
insecure = true
advertise = "db.example:80"
term = "2s"
request_timeout = "10s"
max_body = "1MiB"
threads = 3
catalog = "c.json"
[database]
url = "postgresql://u:p@h/d"
migrate = true
allow_unsafe = true
[sessions]
idle_timeout = "1m"
offline_timeout = "30d"
[identity]
anonymous_user = "nobody"
administrators = ['DOM\ivanov', "a,b"]
proxy_header = "X-User"
proxies = ["10.0.0.0/8", "::1"]
[soap]
databases = { archive = "default", "my base" = "other" }
[log]
level = "debug"
format = "json"
)"};
  const auto settings = serve_settings({}, {{"TALLY_CONFIG", file.path()}});
  CHECK(settings.server.listen == std::vector{Endpoint{"0.0.0.0", 80}, Endpoint{"::1", 81}});
  CHECK(settings.server.advertise == Endpoint{"db.example", 80});
  CHECK(settings.server.threads == 3);
  CHECK(settings.server.catalog_file == "c.json");
  CHECK(settings.database.url == "postgresql://u:p@h/d");
  CHECK(settings.database.allow_unsafe);
  CHECK(settings.sessions.offline_timeout == std::chrono::days{30});
  CHECK(settings.identity.administrators == std::vector<std::string>{"DOM\\ivanov", "a,b"});
  CHECK(settings.soap.databases.at("my base") == "other");
  CHECK(settings.log.level == logging::Level::debug);
  CHECK(settings.log.format == logging::Format::json);
}

TEST_CASE("empty lists and tables are lawful where nothing is the default", "[config]") {
  const TemporaryFile file{
      "[identity]\nadministrators = []\nproxies = []\nproxy_header = \"\"\n[soap]\ndatabases = {}\n"};
  CHECK(serve_settings({"--config", file.path()}).soap.databases.empty());
}

TEST_CASE("a mistake in the file is told with its line", "[config]") {
  struct Case {
    std::string name;
    std::string input;
    std::string text;
  };
  const auto [name, input, text] = GENERATE(values<Case>({
      {"syntax", "[server]\nterm = \n", ":2: "},
      {"unknown section", "\n[sever]\nterm = \"1s\"\n", ":2: sever: unknown section"},
      {"half a section name", "[serve]\n", ":1: serve: unknown section"},
      {"no section", "term = \"1s\"\n", ":1: term: unknown section"},
      {"a section that is none", "server = 1\n", ":1: server: must be a section"},
      {"unknown member", "[server]\n\nlisen = []\n", ":3: server.lisen: unknown member"},
      {"a number for a duration", "[server]\nterm = 5\n", ":2: server.term: \"5\" is not a duration from 1s to 10m"},
      {"text for a flag", "[server]\ninsecure = \"yes\"\n", ":2: server.insecure: must be true or false"},
      {"a list for one value", "[server]\nterm = [\"5s\"]\n", ":2: server.term: must be a string"},
      {"a number in a list", "[server]\nlisten = [8080]\n", ":2: server.listen: must be a list of strings"},
      {"nothing to listen on", "[server]\nlisten = []\n", ":2: server.listen: \"\" is not host:port"},
      {"a list for a table", "[soap]\ndatabases = []\n", ":2: soap.databases: must be a table"},
      {"an unprintable account", "[soap]\ndatabases = { a = \"b=c\" }\n",
       ":2: soap.databases: must be a table of strings without ="},
      {"a member twice", "[log]\nlevel = \"info\"\nlevel = \"info\"\n", ":3: "},
      {"not UTF-8", "[log]\nlevel = \"\xE9\"\n", ":2: "},
      {"both databases", "[database]\nurl = \"postgresql:///x\"\ndata_dir = \"d\"\n", "exclude each other"},
  }));
  CAPTURE(name);
  const TemporaryFile file{input};
  const auto stop = serve_stop({"--config", file.path()});
  CHECK(stop.code == ExitCode::usage);
  CHECK_THAT(stop.text, Catch::StartsWith("tally: " + file.path()) && Catch::Contains(text));
}

TEST_CASE("a file that is not there is a mistake", "[config]") {
  CHECK_THAT(serve_stop({"--config", "/nowhere/tally.toml"}).text,
             Catch::Contains("/nowhere/tally.toml: there is no such file"));
  CHECK_THAT(serve_stop({"--config", "/"}).text, Catch::Contains("there is no such file"));
}

TEST_CASE("a URL that is refused is not repeated", "[config]") {
  const TemporaryFile file{"[database]\nurl = \"postgresql://u:hunter2@h/\\nd\"\n"};
  CHECK_THAT(serve_stop({"--config", file.path()}).text,
             !Catch::Contains("hunter2") && Catch::Contains(":2: database.url"));
}
