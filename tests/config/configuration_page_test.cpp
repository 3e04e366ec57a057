#include <regex>
#include <set>
#include <sstream>

#include "reading.hpp"
#include "tally/config/setting_names.hpp"

// docs/configuration.md is written by hand; here it is held against what the program knows, in both directions.

using namespace tally::config;

namespace {

std::string configuration_page() {
  std::ifstream file{CONFIGURATION_PAGE_PATH};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> words_in(const std::string& text, const std::string& pattern) {
  const std::regex expression{pattern};
  std::set<std::string> words;
  for (std::sregex_iterator word{text.begin(), text.end(), expression}, end; word != end; ++word)
    words.insert(word->str(1));
  return words;
}

const std::string flag_pattern = "[^-\\w](--[a-z][a-z-]*)";

std::set<std::string> flags_of_all_commands() {
  std::set<std::string> flags;
  for (const std::vector<std::string>& command : {std::vector<std::string>{},
                                                  {"serve"},
                                                  {"migrate"},
                                                  {"catalog", "import"},
                                                  {"catalog", "export"},
                                                  {"catalog", "check"},
                                                  {"session", "list"},
                                                  {"session", "end"},
                                                  {"usage"},
                                                  {"history"},
                                                  {"user", "add"},
                                                  {"user", "set-password"},
                                                  {"user", "remove"},
                                                  {"user", "list"},
                                                  {"key", "add"},
                                                  {"key", "revoke"},
                                                  {"key", "list"},
                                                  {"version"}}) {
    auto arguments = command;
    arguments.emplace_back("--help");
    flags.merge(words_in(read(arguments).error().text, flag_pattern));
  }
  return flags;
}

}  // namespace

TEST_CASE("the page has a row for each setting, with its names, default and values", "[config]") {
  const std::string page = configuration_page();
  for (const SettingNames& names : all_settings()) {
    const std::string row = "| `" + std::string{names.flag} + "` | `" + std::string{names.environment} + "` | `" +
                            std::string{names.member} + "` | " + std::string{names.default_text} + " | " +
                            std::string{names.values} + " | ";
    CHECK_THAT(page, Catch::Contains(row));
  }
}

TEST_CASE("the page names every option of the program and no other", "[config]") {
  CHECK(words_in(configuration_page(), flag_pattern) == flags_of_all_commands());
}

TEST_CASE("the page names every variable and no other", "[config]") {
  std::set<std::string> known{"TALLY_SERVICE_HOST", "TALLY_PORT"};
  for (const auto& name : other_variables()) known.emplace(name);
  for (const auto& names : all_settings()) known.emplace(names.environment);
  CHECK(words_in(configuration_page(), "(TALLY_[A-Z_]*[A-Z])") == known);
}

TEST_CASE("the page names every member and no other", "[config]") {
  std::set<std::string> known;
  for (const auto& names : all_settings()) known.emplace(names.member);
  CHECK(words_in(configuration_page(), "`([a-z]+\\.[a-z_]+)`") == known);
}

TEST_CASE("the file on the page is one that the program reads", "[config]") {
  const std::string page = configuration_page();
  const auto begin = page.find("```toml\n") + 8;
  const TemporaryFile file{page.substr(begin, page.find("```", begin) - begin)};
  CHECK(serve_settings({"--config", file.path()}).soap.databases.at("archive") == "default");
}

TEST_CASE("the page lists the exit codes", "[config]") {
  for (const auto& [code, meaning] : exit_code_meanings)
    CHECK_THAT(configuration_page(),
               Catch::Contains("| " + std::to_string(static_cast<int>(code)) + " | " + std::string{meaning} + " |"));
}
