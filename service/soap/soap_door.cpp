#include "tally/soap/soap_door.hpp"

#include <algorithm>

#include "answer_members.hpp"
#include "call_reader.hpp"
#include "derived_ids.hpp"
#include "envelope_writer.hpp"
#include "html_page.hpp"
#include "soap_pages.hpp"
#include "tally/common/idempotency_header.hpp"
#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view label = "StorageServer";

/// One folder, or none.
bool is_first_folder(std::string_view path) {
  return path.empty() || (path.size() > 1 && path.front() == '/' && path.find('/', 1) == std::string_view::npos);
}

/// What follows the service's address in a path: empty, or from a slash on. Absent when the path is another's. The
/// first folder may be any or none, letters of any case; a slash repeated is one slash, as clients make it who put an
/// address together from parts.
std::optional<std::string> path_below_service(std::string_view path) {
  constexpr std::string_view service = "/StorageServer/StorageServerService.asmx";
  if (path.size() >= service.size()) {
    const std::string_view folder = path.substr(0, path.size() - service.size());
    if (is_first_folder(folder) && model::equal_ignoring_case(path.substr(folder.size()), service)) return "";
  }
  std::string plain;
  for (const char c : path) {
    if (c != '/' || !plain.ends_with('/')) plain += c;
  }
  const auto at = model::lower_case(plain).find(model::lower_case(service));
  if (at == std::string::npos || !is_first_folder(std::string_view{plain}.substr(0, at))) return std::nullopt;
  std::string below = plain.substr(at + service.size());
  return below.empty() || below.front() == '/' ? std::optional{std::move(below)} : std::nullopt;
}

}  // namespace

class SoapDoor::Implementation {
 public:
  Implementation(SoapDoorOptions options, const common::Identification& identification,
                 std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness)
      : options_{std::move(options)},
        identification_{identification},
        runner_{std::move(runner)},
        readiness_{std::move(readiness)},
        pages_{identification},
        calls_{[this](const std::string& alias) { return account_of(alias); }} {}

  void handle(const http::Request& request, http::Responder responder) {
    if (const auto below = path_below_service(request.path); below && !below->empty())
      return responder.send(pages_.below(request, *below));
    switch (request.method) {
      case http::Method::post: return post(request, std::move(responder));
      case http::Method::get:
      case http::Method::head: return responder.send(pages_.page(request));
      case http::Method::put:
      case http::Method::patch:
      case http::Method::delete_:
      case http::Method::options:
      case http::Method::other: break;
    }
    http::Response response = error_page(405, "Request format is unrecognized.");
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    responder.send(std::move(response));
  }

 private:
  std::optional<model::AccountId> account_of(const std::string& alias) const {
    if (options_.databases.empty()) return "default";
    const auto found = options_.databases.find(alias);
    return found == options_.databases.end() ? std::nullopt : std::optional{found->second};
  }

  void post(const http::Request& request, http::Responder responder) {
    auto read = calls_.read(request);
    if (auto* refusal = std::get_if<http::Response>(&read)) return responder.send(std::move(*refusal));
    auto& [version, call] = std::get<SoapCall>(read);
    carry_out(request, std::move(responder), version, std::move(call));
  }

  void carry_out(const http::Request& request, http::Responder responder, SoapVersion version, Call call) {
    if (!call.command) {
      const bool healthy = call.shape != AnswerShape::health || !readiness_();
      return responder.send(healthy
                                ? answer(version, call.operation, members_of(call.shape, {}, options_.server_version))
                                : operation_fault(version, model::ErrorCode::server_busy, call.operation));
    }
    common::Identity identity = identification_.of(request, model::Door::soap);
    if (auto* login = std::get_if<engine::OpenSession>(&*call.command)) {
      if (!identity.may_be(login->account))
        return responder.send(operation_fault(version, model::ErrorCode::access_denied, call.operation));
      login->profile = profile_id(login->account, identity.caller.user);
    }
    auto key = common::idempotency_key(request, identity, call.operation, *call.command);
    if (!key) return responder.send(stack_fault(version, FaultSide::client, key.error(), call.operation));

    runner_->run(std::move(*call.command), std::move(identity.caller), std::move(*key),
                 [this, version, operation = call.operation, shape = call.shape,
                  responder = std::move(responder)](model::Outcome&& outcome) mutable {
                   responder.send(outcome
                                      ? answer(version, operation, members_of(shape, *outcome, options_.server_version))
                                      : operation_fault(version, outcome.error().code, operation));
                 });
  }

  SoapDoorOptions options_;
  const common::Identification& identification_;
  std::unique_ptr<common::OperationRunner> runner_;
  common::Readiness readiness_;
  SoapPages pages_;
  CallReader calls_;
};

SoapDoor::SoapDoor(SoapDoorOptions options, const common::Identification& identification,
                   std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness)
    : implementation_{std::make_unique<Implementation>(std::move(options), identification, std::move(runner),
                                                       std::move(readiness))} {}

SoapDoor::~SoapDoor() = default;

bool SoapDoor::owns(std::string_view path) const { return path_below_service(path).has_value(); }

void SoapDoor::handle(const http::Request& request, http::Responder responder) {
  implementation_->handle(request, std::move(responder));
}

model::Access SoapDoor::needed_for(const http::Request& request) const {
  // What is for administrators alone is told by the operation, and the engine refuses it to others.
  return request.method == http::Method::post ? model::Access::use : model::Access::open;
}

http::Response SoapDoor::refuse(unsigned status, std::string_view) {
  switch (status) {
    case 500: return operation_fault(SoapVersion::v11, model::ErrorCode::internal_failure, label);
    case 429:
    case 503: return operation_fault(SoapVersion::v11, model::ErrorCode::server_busy, label);
    case 504: return operation_fault(SoapVersion::v11, model::ErrorCode::outcome_unknown, label);
    case 403: return operation_fault(SoapVersion::v11, model::ErrorCode::access_denied, label);
    case 408: return stack_fault(SoapVersion::v11, FaultSide::client, "The request came too slowly.", label);
    case 413: return stack_fault(SoapVersion::v11, FaultSide::client, "Maximum request length exceeded.", label);
    case 431: return stack_fault(SoapVersion::v11, FaultSide::client, "The request's header is too long.", label);
    default: return bare(status, label);
  }
}

}  // namespace tally::soap
