#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "tally/common/error_table.hpp"
#include "tally/config/exit_code.hpp"

namespace tally::common::test {
namespace {

std::vector<std::string> lines_of_page() {
  std::ifstream file{ERRORS_PAGE_PATH};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  REQUIRE(lines.size() > 50);
  return lines;
}

/// The rows below the table's heading, as they stand.
std::vector<std::string> rows_below(const std::string& heading) {
  const auto lines = lines_of_page();
  auto line = std::ranges::find(lines, heading);
  REQUIRE(line != lines.end());
  std::vector<std::string> rows;
  for (line += 2; line != lines.end() && line->starts_with("|"); ++line) rows.push_back(*line);
  return rows;
}

std::string row_on_page(const ErrorRow& row) {
  char hresult[11];
  std::snprintf(hresult, sizeof hresult, "0x%08x", 0x80040000U + static_cast<unsigned>(row.soap_number));
  std::ostringstream text;
  text << "| " << row.soap_number << " | `" << row.soap_name << "` | `" << row.word << "` | " << row.http_status
       << " | " << (row.retryable ? "yes" : "no") << " | `" << hresult << "` | " << row.cause << " | " << row.remedy
       << " |";
  return text.str();
}

}  // namespace

TEST_CASE("the page has every error of the table with all its values, in order, and no other", "[common]") {
  const auto rows = rows_below("| number | name | word | HTTP status | retry | hresult | cause | remedy |");
  REQUIRE(rows.size() == model::all_error_codes.size());
  for (std::size_t index = 0; index < rows.size(); ++index)
    CHECK(rows[index] == row_on_page(error_row(model::all_error_codes[index])));
}

TEST_CASE("every code has its own row, number, name and word", "[common]") {
  std::set<int> numbers;
  std::set<std::string_view> names;
  std::set<std::string_view> words;
  for (const auto code : model::all_error_codes) {
    const ErrorRow& row = error_row(code);
    CHECK(row.code == code);
    numbers.insert(row.soap_number);
    names.insert(row.soap_name);
    words.insert(row.word);
    CHECK(row.soap_number >= 28672);
    CHECK(row.http_status >= 400);
    CHECK_FALSE(row.cause.empty());
    CHECK_FALSE(row.remedy.empty());
    // They stand in a table, and the words in JSON.
    CHECK(row.cause.find('|') == std::string_view::npos);
    CHECK(row.word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
  }
  CHECK(numbers.size() == model::all_error_codes.size());
  CHECK(names.size() == model::all_error_codes.size());
  CHECK(words.size() == model::all_error_codes.size());
}

TEST_CASE("the numbers are those that clients have been told", "[common]") {
  const auto [code, number, name] = GENERATE(table<model::ErrorCode, int, const char*>({
      {model::ErrorCode::internal_failure, 28672, "InternalFailure"},
      {model::ErrorCode::invalid_session, 28673, "InvalidSession"},
      {model::ErrorCode::feature_limit, 28674, "FeatureLimit"},
      {model::ErrorCode::access_denied, 28675, "AccessDenied"},
      {model::ErrorCode::connection_limit, 28676, "ConnectionLimit"},
      {model::ErrorCode::unknown_feature, 28677, "UnknownFeature"},
      {model::ErrorCode::not_implemented, 28678, "NotImplemented"},
      {model::ErrorCode::server_busy, 28679, "ServerBusy"},
      {model::ErrorCode::invalid_settings, 28680, "InvalidSettings"},
      {model::ErrorCode::unknown_database, 28681, "UnknownDatabase"},
      {model::ErrorCode::idempotency_conflict, 28682, "IdempotencyConflict"},
      {model::ErrorCode::session_offline, 28683, "SessionOffline"},
      {model::ErrorCode::outcome_unknown, 28684, "OutcomeUnknown"},
      {model::ErrorCode::catalog_conflict, 28685, "CatalogConflict"},
      {model::ErrorCode::number_taken, 28686, "NumberTaken"},
      {model::ErrorCode::number_out_of_bounds, 28687, "NumberOutOfBounds"},
      {model::ErrorCode::no_free_number, 28688, "NoFreeNumber"},
      {model::ErrorCode::invalid_number, 28689, "InvalidNumber"},
      {model::ErrorCode::bounds_in_use, 28690, "BoundsInUse"},
      {model::ErrorCode::locked, 28691, "Locked"},
      {model::ErrorCode::invalid_cursor, 28692, "InvalidCursor"},
      {model::ErrorCode::unknown_user, 28693, "UnknownUser"},
      {model::ErrorCode::resource_limit, 28694, "ResourceLimit"},
      {model::ErrorCode::invalid_parameter, 28695, "InvalidParameter"},
      {model::ErrorCode::invalid_bounds, 28696, "InvalidBounds"},
  }));
  CHECK(error_row(code).soap_number == number);
  CHECK(error_row(code).soap_name == name);
}

TEST_CASE("the page has every exit code and no other", "[common]") {
  std::vector<std::string> expected;
  for (const auto& [code, meaning] : config::exit_code_meanings) {
    expected.push_back("| " + std::to_string(static_cast<int>(code)) + " | " + std::string{meaning} + " |");
  }
  CHECK(rows_below("| code | meaning |") == expected);
}

TEST_CASE("the page has the bare statuses in order", "[common]") {
  std::vector<std::string> statuses;
  for (const auto& row : rows_below("| status | cause | body at the SOAP door |")) statuses.push_back(row.substr(2, 3));
  CHECK(statuses ==
        std::vector<std::string>{"400", "404", "405", "408", "413", "415", "417", "431", "500", "501", "503"});
}

}  // namespace tally::common::test
