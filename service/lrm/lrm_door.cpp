#include "tally/lrm/lrm_door.hpp"

#include <utility>

#include "allocation_request.hpp"
#include "lrm_reply.hpp"
#include "lrm_routes.hpp"
#include "tally/common/idempotency_header.hpp"
#include "tally/common/json_answer.hpp"
#include "tally/common/problem.hpp"
#include "tally/common/request_site.hpp"

namespace tally::lrm {
namespace {

using model::ErrorCode;

constexpr std::string_view label_of_strangers = "lrm";
/// What a service without a type is called (the vendor's own sample names none).
constexpr std::string_view usual_service = "default";

http::Response nothing(std::string_view label) {
  auto response = common::json_answer({}, label);
  response.content_type = {};
  return response;
}

http::Response mistake(const Mistake& mistake, std::string_view label) {
  return common::invalid_request(mistake.detail, label, mistake.product);
}

http::Response refusal(ErrorCode code, std::string_view label) {
  return common::problem(model::Refusal{.code = code, .detail = {}}, label);
}

/// One service's license; those that have nothing have none.
http::Response of_service(Operation operation, const model::ServiceLicenses& found, std::string_view label) {
  if (found.empty()) return refusal(ErrorCode::no_service_license, label);
  const model::ServiceLicense& license = found.front();
  if (operation == Operation::read_products) return common::json_answer(service_products(license), label);
  if (operation == Operation::read_status) return common::json_answer(service_status(license), label);
  return common::json_answer(service_license(license), label);
}

http::Response success(Operation operation, const model::Answer& outcome, std::string_view label) {
  if (const auto* license = std::get_if<model::ServiceLicense>(&outcome))
    return common::json_answer(service_license(*license), label);
  const auto* reading = std::get_if<model::Reading>(&outcome);
  if (reading == nullptr) return nothing(label);
  if (const auto* owned = std::get_if<model::OwnedProducts>(reading))
    return common::json_answer(
        operation == Operation::read_owned_license ? account_licenses(*owned) : owned_products(*owned), label);
  const auto& found = std::get<model::ServiceLicenses>(*reading);
  if (operation == Operation::read_tenant_allocations) return common::json_answer(tenant_allocations(found), label);
  if (operation == Operation::list_account || operation == Operation::list_scope)
    return common::json_answer(service_licenses(found), label);
  return of_service(operation, found, label);
}

/// What the path names, decoded, in the order of the path.
std::expected<std::vector<std::string>, Mistake> tokens_of(const Match& match) {
  std::vector<std::string> tokens;
  for (const auto part : match.parts) {
    auto token = read_token(part);
    if (!token) return std::unexpected{token.error()};
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

std::expected<engine::Command, Mistake> command_for(const Route& route, std::vector<std::string> path,
                                                    std::string_view body) {
  switch (route.operation) {
    case Operation::allocate: {
      auto quantities = read_allocation(body);
      if (!quantities) return std::unexpected{quantities.error()};
      if (path.size() == 2) path.emplace_back(usual_service);
      return engine::Allot{.holder = {.account = path[0], .scope = path[1], .service = path[2]},
                           .quantities = std::move(*quantities)};
    }
    case Operation::remove_service:
      return engine::RemoveAllotments{.account = path[0], .scope = path[1], .service = path[2]};
    case Operation::remove_scope: return engine::RemoveAllotments{.account = path[0], .scope = path[1], .service = {}};
    case Operation::list_account:
    case Operation::read_tenant_allocations:
      return engine::ReadAllotments{.account = path[0], .scope = {}, .service = {}};
    case Operation::list_scope: return engine::ReadAllotments{.account = path[0], .scope = path[1], .service = {}};
    case Operation::read_service:
      if (path.size() == 2) return engine::ReadAllotments{.account = {}, .scope = path[0], .service = path[1]};
      break;
    case Operation::read_owned_license:
    case Operation::read_owned_products: return engine::ReadOwnedProducts{path[0]};
    case Operation::read_products:
    case Operation::read_status:
    case Operation::health:
    case Operation::not_built: break;
  }
  return engine::ReadAllotments{.account = path[0], .scope = path[1], .service = path[2]};
}

/// Whether the first thing that the path names is an account.
bool names_account(const Route& route) { return route.path.starts_with("/lrm/api/account/"); }

}  // namespace

class LrmDoor::Implementation {
 public:
  Implementation(const common::Identification& identification, std::unique_ptr<common::OperationRunner> runner)
      : identification_{identification}, runner_{std::move(runner)} {}

  void handle(const http::Request& request, http::Responder responder) {
    const Match match = lrm::match(request.method, request.path);
    if (match.allowed.empty()) return responder.send(common::problem(404, label_of_strangers));
    if (match.route == nullptr) return responder.send(common::method_problem(match.allowed, label_of_strangers));
    const Route& route = *match.route;
    if (route.changes && common::is_from_another_site(request))
      return responder.send(common::other_site_problem(route.label));
    if (route.operation == Operation::not_built)
      return responder.send(refusal(ErrorCode::not_implemented, route.label));
    if (route.operation == Operation::health) return responder.send(common::json_answer("\"Healthy\"", route.label));

    auto path = tokens_of(match);
    if (!path) return responder.send(mistake(path.error(), route.label));
    common::Identity identity = identification_.of(request, model::Door::license_resource_manager);
    if (names_account(route) && !identity.may_be(path->front()))
      return responder.send(refusal(ErrorCode::access_denied, route.label));
    auto command = command_for(route, std::move(*path), request.body);
    if (!command) return responder.send(mistake(command.error(), route.label));
    if (auto* reading = std::get_if<engine::ReadAllotments>(&*command); reading != nullptr)
      (void)identity.may_look_at(reading->account);
    run(request, route, std::move(identity), std::move(*command), std::move(responder));
  }

 private:
  void run(const http::Request& request, const Route& route, common::Identity identity, engine::Command command,
           http::Responder responder) {
    auto key = common::idempotency_key(request, identity, route.label, command);
    if (!key) return responder.send(common::invalid_request(key.error(), route.label));
    runner_->run(std::move(command), std::move(identity.caller), std::move(*key),
                 [&route, responder = std::move(responder)](model::Outcome&& outcome) mutable {
                   responder.send(outcome ? success(route.operation, *outcome, route.label)
                                          : common::problem(outcome.error(), route.label));
                 });
  }

  const common::Identification& identification_;
  std::unique_ptr<common::OperationRunner> runner_;
};

LrmDoor::LrmDoor(const common::Identification& identification, std::unique_ptr<common::OperationRunner> runner)
    : implementation_{std::make_unique<Implementation>(identification, std::move(runner))} {}

LrmDoor::~LrmDoor() = default;

bool LrmDoor::owns(std::string_view path) const { return path.starts_with("/lrm/") || path.starts_with("/lease_/"); }

model::Access LrmDoor::needed_for(const http::Request& request) const {
  const Match match = lrm::match(request.method, request.path);
  if (match.route == nullptr) return model::Access::read;
  if (match.route->operation == Operation::health) return model::Access::open;
  return match.route->changes ? model::Access::operate : model::Access::read;
}

bool LrmDoor::needs_writer(const http::Request& request) const {
  const Match match = lrm::match(request.method, request.path);
  return match.route != nullptr && match.route->operation != Operation::not_built &&
         match.route->operation != Operation::health;
}

void LrmDoor::handle(const http::Request& request, http::Responder responder) {
  implementation_->handle(request, std::move(responder));
}

http::Response LrmDoor::refuse(unsigned status, std::string_view) {
  return common::problem(status, label_of_strangers);
}

}  // namespace tally::lrm
