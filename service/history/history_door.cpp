#include "tally/history/history_door.hpp"

#include <memory>
#include <utility>

#include "history_query.hpp"
#include "history_reply.hpp"
#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/problem.hpp"

namespace tally::history {
namespace {

constexpr std::string_view label = "history";
constexpr std::string_view path_of_history = "/api/history";

http::Response mistake(std::string_view detail) {
  return common::problem(
      {.status = 400, .code = "validation_error", .title = "the request has what can't be", .detail = detail}, label);
}

http::Response busy() { return common::problem(model::Refusal{model::ErrorCode::server_busy, {}}, label); }

/// Why a question has no answer, for the caller.
struct Refusal {
  const std::function<void(const std::string& what)>& report_silence;

  http::Response operator()(const storage::LedgerSilent& silent) const {
    report_silence(silent.what);
    return busy();
  }
  http::Response operator()(const storage::NotRetained& retained) const {
    return common::problem({.status = 410,
                            .code = "not_retained",
                            .title = "the ledger does not go back so far",
                            .detail = "it begins at " + catalog_json::to_string(retained.since)},
                           label);
  }
  http::Response operator()(storage::UnknownZone) const { return mistake("there is no such time zone"); }
  http::Response operator()(storage::UnevenZone) const {
    return mistake("windows of this time zone did not begin at a quarter of an hour then");
  }
  http::Response operator()(storage::TooManyRows) const {
    return mistake("there are more than " + std::to_string(storage::history_rows_max) +
                   " rows: ask for longer windows, a shorter time, or less");
  }
  http::Response operator()(storage::SumsBehind) const { return busy(); }
};

http::Response answer(const HistoryRequest& request, const storage::HistoryRows& rows) {
  const bool is_csv = request.format == Format::csv;
  return {.status = 200,
          .content_type = is_csv ? "text/csv; charset=utf-8" : "application/json",
          .cache_control = "no-store",
          .headers = {{"Vary", "Accept"}},
          .body = is_csv ? csv_reply(request.question, rows) : json_reply(request.question, rows),
          .label = label};
}

}  // namespace

bool HistoryDoor::owns(std::string_view path) const {
  return path == path_of_history || (path.starts_with(path_of_history) && path[path_of_history.size()] == '/');
}

void HistoryDoor::handle(const http::Request& request, http::Responder responder) {
  std::string_view path = request.path;
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path != path_of_history) return responder.send(common::problem(404, label));
  if (request.method != http::Method::get && request.method != http::Method::head)
    return responder.send(common::method_problem("GET, HEAD", label));
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  auto read = read_history_query(request.query, request.header("Accept").value_or(""), now);
  if (!read) return responder.send(mistake(read.error()));
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const bool taken = desk_.ask([this, shared, request = std::move(*read)](storage::HistoryLedger& ledger) mutable {
    const auto rows = ledger.history(request.question);
    auto response = rows ? answer(request, *rows) : std::visit(Refusal{report_silence_}, rows.error());
    thread_.post(
        [shared = std::move(shared), response = std::move(response)]() mutable { shared->send(std::move(response)); });
  });
  if (!taken) shared->send(busy());
}

http::Response HistoryDoor::refuse(unsigned status, std::string_view) { return common::problem(status, label); }

}  // namespace tally::history
