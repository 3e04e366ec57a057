#include "tally/history/history_door.hpp"

#include <optional>
#include <utility>

#include "history_query.hpp"
#include "history_reply.hpp"
#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/problem.hpp"

namespace tally::history {
namespace {

constexpr std::string_view label = "history";
/// Of one thread; each may keep thousands of groups in memory while its client reads.
constexpr long reports_max = 16;
constexpr std::string_view path_of_history = "/api/history";

http::Response mistake(std::string_view detail) { return common::invalid_request(detail, label); }

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
    return mistake("there are more than " + std::to_string(storage::history_groups_max) + " groups or " +
                   std::to_string(storage::history_rows_max) +
                   " rows: ask for longer windows, a shorter time, or less");
  }
  http::Response operator()(storage::SumsBehind) const { return busy(); }
};

http::Response answer(Format format, std::string&& begin) {
  return {.status = 200,
          .content_type = format == Format::csv ? "text/csv; charset=utf-8" : "application/json",
          .cache_control = "no-store",
          .headers = {{"Vary", "Accept"}},
          .body = std::move(begin),
          .label = label};
}

}  // namespace

/// An answer on its way: read and written portion by portion, each of them one question at the desk. Used by the desk's
/// thread and by the door's in turn.
struct HistoryDoor::Reading {
  storage::HistoryReport report;
  ReplyWriter writer;
  std::shared_ptr<const Counted> counted;  ///< as long as it lives it is one of those that are being read

  std::expected<http::BodyPart, storage::LedgerSilent> next(storage::HistoryLedger& ledger) {
    http::BodyPart part;
    if (!report.is_over()) {
      const auto rows = ledger.next_rows(report);
      if (!rows) return std::unexpected{rows.error()};
      part.bytes = writer.rows(*rows);
    }
    part.is_last = report.is_over();
    if (part.is_last) part.bytes += writer.end();
    return part;
  }
};

HistoryDoor::HistoryDoor(http::IoThread& thread, HistoryDesk& desk, const common::Identification& identification,
                         std::function<void(const std::string& what)> report_silence)
    : thread_{thread},
      desk_{desk},
      identification_{identification},
      counted_{std::make_shared<const Counted>()},
      report_silence_{std::move(report_silence)} {}

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
  if (!identification_.of(request, model::Door::usage).may_look_at(read->question.account))
    return responder.send(common::problem(model::Refusal{model::ErrorCode::access_denied, {}}, label));
  if (counted_.use_count() > reports_max) return responder.send(busy());
  auto shared = std::make_shared<http::Responder>(std::move(responder));
  const bool taken =
      desk_.ask([this, shared, request = std::move(*read), counted = counted_](storage::HistoryLedger& ledger) mutable {
        thread_.post([shared = std::move(shared), response = begin(ledger, request, std::move(counted))]() mutable {
          shared->send(std::move(response));
        });
      });
  if (!taken) shared->send(busy());
}

/// The answer with its first rows, on the desk's thread: what can't be told at all is refused.
http::Response HistoryDoor::begin(storage::HistoryLedger& ledger, const HistoryRequest& request,
                                  std::shared_ptr<const Counted> counted) {
  auto report = ledger.history(request.question);
  if (!report) return std::visit(Refusal{report_silence_}, report.error());
  auto reading = std::make_shared<Reading>(Reading{std::move(*report), ReplyWriter{request}, std::move(counted)});
  auto first = reading->next(ledger);
  if (!first) return Refusal{report_silence_}(first.error());
  auto response = answer(request.format, reading->writer.begin() + first->bytes);
  if (!first->is_last) response.more = [this, reading](http::PartTaker take) { go_on(reading, std::move(take)); };
  return response;
}

void HistoryDoor::go_on(const std::shared_ptr<Reading>& reading, http::PartTaker take) {
  desk_.go_on([this, reading, take = std::move(take)](storage::HistoryLedger& ledger) mutable {
    auto part = reading->next(ledger);
    if (!part) report_silence_(part.error().what);
    thread_.post([take = std::move(take), reading = std::move(reading),
                  part = part ? std::optional{std::move(*part)} : std::nullopt]() mutable { take(std::move(part)); });
  });
}

http::Response HistoryDoor::refuse(unsigned status, std::string_view) { return common::problem(status, label); }

}  // namespace tally::history
