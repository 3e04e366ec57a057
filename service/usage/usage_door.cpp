#include "tally/usage/usage_door.hpp"

#include <utility>

#include "session_request.hpp"
#include "tally/catalog_json/instant_text.hpp"
#include "tally/common/idempotency_header.hpp"
#include "tally/common/json_answer.hpp"
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

http::Response created(std::string body, std::string_view label) {
  auto response = common::json_answer(std::move(body), label);
  response.status = 201;
  return response;
}

http::Response success(const model::Answer& outcome, std::string_view label) {
  if (const auto* view = std::get_if<model::SessionView>(&outcome)) return created(session_reply(view->session), label);
  if (const auto* place = std::get_if<model::PlaceView>(&outcome)) return created(place_reply(*place), label);
  auto response = common::json_answer({}, label);
  response.status = 204;
  response.content_type = {};
  return response;
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

http::Response denied(std::string_view label) {
  return common::problem(model::Refusal{ErrorCode::access_denied, {}}, label);
}

}  // namespace

class UsageDoor::Implementation {
 public:
  Implementation(http::IoThread& thread, LedgerDesk& desk, ReportSilence report_silence,
                 const common::Identification& identification, std::unique_ptr<common::OperationRunner> runner)
      : thread_{thread},
        desk_{desk},
        report_silence_{std::move(report_silence)},
        identification_{identification},
        runner_{std::move(runner)} {}

  void handle(const http::Request& request, http::Responder responder) {
    const Match match = usage::match(request.method, request.path);
    if (match.allowed.empty()) return responder.send(common::problem(404, label_of_strangers));
    if (match.route == nullptr) return responder.send(common::method_problem(match.allowed, label_of_strangers));
    const Route& route = *match.route;
    if (route.changes && common::is_from_another_site(request))
      return responder.send(common::other_site_problem(route.label));
    switch (route.operation) {
      case Operation::list_usage: return list(request, route.label, std::move(responder));
      case Operation::read_info: return read_info(request, route.label, std::move(responder));
      case Operation::open_session: return open_session(request, route.label, std::move(responder));
      case Operation::end_session:
      case Operation::keep_session:
      case Operation::take_place:
      case Operation::free_place: break;
    }
    use_session(route, match, request, std::move(responder));
  }

 private:
  void open_session(const http::Request& request, std::string_view label, http::Responder responder) {
    auto read = read_session_request(request.body);
    if (!read) return responder.send(common::invalid_request(read.error(), label));
    common::Identity identity = identification_.of(request, model::Door::usage);
    const bool is_another = !read->user.empty() && read->user != identity.caller.user;
    if ((is_another && identity.is_verified && !identity.caller.administrator) ||
        !identity.may_be(read->command.account))
      return responder.send(denied(label));
    const common::Identity caller = identity;
    if (!read->user.empty()) identity.caller.user = std::move(read->user);
    run(request, caller, std::move(read->command), std::move(identity.caller), label, std::move(responder));
  }

  /// What is asked of a session that the path names.
  void use_session(const Route& route, const Match& match, const http::Request& request, http::Responder responder) {
    const auto session = model::parse_guid(match.parts.front());
    if (!session) return responder.send(common::problem(model::Refusal{ErrorCode::invalid_session, {}}, route.label));
    auto command = command_for(route.operation, *session, match, request);
    if (!command) return responder.send(common::invalid_request(command.error(), route.label));
    common::Identity identity = identification_.of(request, model::Door::usage);
    engine::Caller caller = identity.caller;
    run(request, identity, std::move(*command), std::move(caller), route.label, std::move(responder));
  }

  static std::expected<engine::Command, std::string> command_for(Operation operation, const model::SessionId& session,
                                                                 const Match& match, const http::Request& request) {
    switch (operation) {
      case Operation::end_session: return engine::EndSession{session};
      case Operation::keep_session: return engine::KeepAlive{session};
      case Operation::free_place:
        if (const auto token = read_token(match.parts.back())) return engine::GiveBackToken{session, *token};
        return std::unexpected{"the token is no number"};
      case Operation::take_place:
      case Operation::open_session:
      case Operation::list_usage:
      case Operation::read_info: break;
    }
    auto take = read_place_request(session, request.body);
    if (!take) return std::unexpected{take.error()};
    return std::move(*take);
  }

  void run(const http::Request& request, const common::Identity& identity, engine::Command command,
           engine::Caller caller, std::string_view label, http::Responder responder) {
    auto key = common::idempotency_key(request, identity, label, command);
    if (!key) return responder.send(common::invalid_request(key.error(), label));
    runner_->run(std::move(command), std::move(caller), std::move(*key),
                 [label, responder = std::move(responder)](model::Outcome&& outcome) mutable {
                   responder.send(outcome ? success(*outcome, label) : common::problem(outcome.error(), label));
                 });
  }

  void list(const http::Request& request, std::string_view label, http::Responder responder) {
    auto question = read_usage_query(request.query);
    if (!question) return responder.send(common::invalid_request(question.error(), label));
    if (!identification_.of(request, model::Door::usage).may_look_at(question->account))
      return responder.send(denied(label));
    ask(label, std::move(responder),
        [this, label, question = std::move(*question),
         query = std::string{request.query}](storage::UsageLedger& ledger) {
          const auto held = ledger.held(question);
          if (!held) return refusal(held.error(), label);
          auto response = common::json_answer(usage_reply(*held), label);
          if (held->there_are_more) response.headers.emplace_back("Link", next_page(query, held->places.back().token));
          return response;
        });
  }

  void read_info(const http::Request& request, std::string_view label, http::Responder responder) {
    auto account = read_info_query(request.query);
    if (!account) return responder.send(common::invalid_request(account.error(), label));
    if (!identification_.of(request, model::Door::usage).may_be(*account)) return responder.send(denied(label));
    ask(label, std::move(responder), [this, label, account = std::move(*account)](storage::UsageLedger& ledger) {
      const auto rights = ledger.rights(account);
      if (!rights) return refusal(rights.error(), label);
      const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
      return common::json_answer(info_reply(*rights, now), label);
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
  const common::Identification& identification_;
  std::unique_ptr<common::OperationRunner> runner_;
};

UsageDoor::UsageDoor(http::IoThread& thread, LedgerDesk& desk, ReportSilence report_silence,
                     const common::Identification& identification, std::unique_ptr<common::OperationRunner> runner)
    : implementation_{std::make_unique<Implementation>(thread, desk, std::move(report_silence), identification,
                                                       std::move(runner))} {}

UsageDoor::~UsageDoor() = default;

bool UsageDoor::owns(std::string_view path) const {
  const auto is_or_is_below = [&](std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  };
  return is_or_is_below("/api/license-usage") || is_or_is_below("/api/license-info") || is_or_is_below("/api/sessions");
}

model::Access UsageDoor::needed_for(const http::Request& request) const {
  const Match match = usage::match(request.method, request.path);
  return match.route != nullptr && match.route->changes ? model::Access::use : model::Access::read;
}

bool UsageDoor::needs_writer(const http::Request& request) const {
  const Match match = usage::match(request.method, request.path);
  return match.route != nullptr && match.route->changes;
}

void UsageDoor::handle(const http::Request& request, http::Responder responder) {
  implementation_->handle(request, std::move(responder));
}

http::Response UsageDoor::refuse(unsigned status, std::string_view) {
  return common::problem(status, label_of_strangers);
}

}  // namespace tally::usage
