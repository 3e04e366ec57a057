#include "tally/usage/usage_door.hpp"

#include <utility>

#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/problem.hpp"
#include "tally/common/request_site.hpp"
#include "tally/model/names.hpp"
#include "usage_query.hpp"
#include "usage_reply.hpp"
#include "usage_routes.hpp"

namespace tally::usage {
namespace {

using model::ErrorCode;

constexpr std::string_view label_of_strangers = "usage";

http::Response answer(std::string body, std::string_view label) {
  return {.status = 200,
          .content_type = "application/json",
          .cache_control = "no-store",
          .headers = {},
          .body = std::move(body),
          .label = label};
}

http::Response mistake(std::string_view detail, std::string_view label) {
  return common::problem(
      {.status = 400, .code = "validation_error", .title = "the request has what can't be", .detail = detail}, label);
}

/// The query of the next page: this one with another `after`.
std::string next_page(std::string_view query, model::Token last) {
  std::string next = "</api/license-usage?";
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (!part.starts_with("after=")) next.append(part).append(1, '&');
  }
  return next + "after=" + std::to_string(last.value) + ">; rel=\"next\"";
}

}  // namespace

class UsageDoor::Implementation {
 public:
  Implementation(http::IoThread& thread, LedgerDesk& desk, ReportSilence report_silence)
      : thread_{thread}, desk_{desk}, report_silence_{std::move(report_silence)} {}

  void handle(const http::Request& request, http::Responder responder) {
    const Match match = usage::match(request.method, request.path);
    if (match.allowed.empty()) return responder.send(common::problem(404, label_of_strangers));
    if (match.route == nullptr) return responder.send(common::method_problem(match.allowed, label_of_strangers));
    const Route& route = *match.route;
    switch (route.operation) {
      case Operation::list_usage: return list(request, route.label, std::move(responder));
      case Operation::read_info: return read_info(request, route.label, std::move(responder));
    }
  }

 private:
  void list(const http::Request& request, std::string_view label, http::Responder responder) {
    auto question = read_usage_query(request.query);
    if (!question) return responder.send(mistake(question.error(), label));
    ask(label, std::move(responder),
        [this, label, question = std::move(*question),
         query = std::string{request.query}](storage::UsageLedger& ledger) {
          const auto held = ledger.held(question);
          if (!held) return refusal(held.error(), label);
          auto response = answer(usage_reply(*held), label);
          if (held->there_are_more) response.headers.emplace_back("Link", next_page(query, held->places.back().token));
          return response;
        });
  }

  void read_info(const http::Request& request, std::string_view label, http::Responder responder) {
    auto account = read_info_query(request.query);
    if (!account) return responder.send(mistake(account.error(), label));
    ask(label, std::move(responder), [this, label, account = std::move(*account)](storage::UsageLedger& ledger) {
      const auto rights = ledger.rights(account);
      if (!rights) return refusal(rights.error(), label);
      const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
      return answer(info_reply(*rights, now), label);
    });
  }

  /// `question` makes the response, on the desk's thread.
  template<class Question>
  void ask(std::string_view label, http::Responder responder, Question question) {
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    const bool taken = desk_.ask([this, shared, question = std::move(question)](storage::UsageLedger& ledger) mutable {
      thread_.post(
          [shared = std::move(shared), response = question(ledger)]() mutable { shared->send(std::move(response)); });
    });
    if (!taken) shared->send(common::problem(model::Refusal{ErrorCode::server_busy, {}}, label));
  }

  template<class... Reasons>
  http::Response refusal(const std::variant<Reasons...>& why, std::string_view label) const {
    return std::visit([&](const auto& reason) { return refusal(reason, label); }, why);
  }
  http::Response refusal(const storage::LedgerSilent& silent, std::string_view label) const {
    report_silence_(silent.what);
    return common::problem(model::Refusal{ErrorCode::server_busy, {}}, label);
  }
  static http::Response refusal(const storage::NotRetained& retained, std::string_view label) {
    return common::problem({.status = 410,
                            .code = "not_retained",
                            .title = "the ledger does not go back so far",
                            .detail = "it begins at " + catalog_json::to_string(retained.since)},
                           label);
  }
  static http::Response refusal(const storage::UnknownAccount&, std::string_view label) {
    return common::problem({.status = 404, .code = "unknown_account", .title = "the catalogue has no such account"},
                           label);
  }

  http::IoThread& thread_;
  LedgerDesk& desk_;
  ReportSilence report_silence_;
};

UsageDoor::UsageDoor(http::IoThread& thread, LedgerDesk& desk, ReportSilence report_silence)
    : implementation_{std::make_unique<Implementation>(thread, desk, std::move(report_silence))} {}

UsageDoor::~UsageDoor() = default;

bool UsageDoor::owns(std::string_view path) const {
  const auto is_or_is_below = [&](std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  };
  return is_or_is_below("/api/license-usage") || is_or_is_below("/api/license-info");
}

bool UsageDoor::needs_writer(const http::Request&) const { return false; }

void UsageDoor::handle(const http::Request& request, http::Responder responder) {
  implementation_->handle(request, std::move(responder));
}

http::Response UsageDoor::refuse(unsigned status, std::string_view) {
  return common::problem(status, label_of_strangers);
}

}  // namespace tally::usage
