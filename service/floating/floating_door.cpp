#include "tally/floating/floating_door.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "bearer_token.hpp"
#include "floating_refusal.hpp"
#include "license_reply.hpp"
#include "request_parameters.hpp"
#include "routes.hpp"
#include "tally/common/idempotency_header.hpp"
#include "tally/common/request_site.hpp"

namespace tally::floating {
namespace {

using model::ErrorCode;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view text_type = "text/plain; charset=utf-8";
constexpr std::string_view label_of_strangers = "floating";

http::Response answer(std::string body, std::string_view label, std::string_view type = json_type) {
  return {.status = 200, .content_type = type, .headers = {}, .body = std::move(body), .label = label};
}

http::Response front_page(std::string_view label) {
  return answer(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tally</title></head>"
      "<body><h1>Tally</h1><p>The license server is running.</p></body></html>\n",
      label, "text/html; charset=utf-8");
}

/// The parameters that an operation can't do without, as clients know them; the first that is missing is told.
std::string_view missing_parameter(Operation operation, const Parameters& parameters) {
  const auto needs_product = operation != Operation::unregister_all;
  if (needs_product && parameters.product.empty()) return "product";
  switch (operation) {
    case Operation::register_user:
    case Operation::unregister_user:
    case Operation::release_license:
    case Operation::borrow: return parameters.named_user().empty() ? "user" : "";
    case Operation::register_feature:
    case Operation::borrow_feature:
    case Operation::release_feature:
      if (parameters.feature.empty()) return "feature";
      return parameters.named_user().empty() ? "user" : "";
    case Operation::add_feature_consumption:
    case Operation::release_all: return parameters.feature.empty() ? "feature" : "";
    case Operation::add_product: return parameters.license_key.empty() ? "licenseKey" : "";
    case Operation::add_consumption:
    case Operation::unregister_all:
    case Operation::license:
    case Operation::licenses:
    case Operation::remove_product:
    case Operation::set_keys:
    case Operation::health:
    case Operation::log_in:
    case Operation::front_page:
    case Operation::not_built: break;
  }
  return {};
}

engine::Consume consume(engine::LicenseName license, Parameters& parameters) {
  return {.license = std::move(license),
          .feature = {},
          .user = parameters.named_user(),
          .quantity = parameters.consumptions.value_or(model::Quantity::units(1)),
          .overages = {.allowed = parameters.allow_overages, .maximum = parameters.max_overages}};
}

engine::RegisterUser enroll(engine::LicenseName license, Parameters& parameters) {
  return {.license = std::move(license),
          .feature = {},
          .user = parameters.named_user(),
          .computer = std::move(parameters.computer),
          .address = std::move(parameters.address),
          .borrows = parameters.borrowed_until.has_value(),
          .borrowed_until = parameters.borrowed_until};
}

/// What the engine is asked; absent for what the door answers by itself.
std::optional<engine::Command> command_for(Operation operation, const model::AccountId& account,
                                           Parameters& parameters) {
  engine::LicenseName license{.account = account,
                              .product = parameters.product,
                              .number = parameters.license,
                              .key = std::move(parameters.license_key)};
  switch (operation) {
    case Operation::add_consumption: return consume(std::move(license), parameters);
    case Operation::add_feature_consumption: {
      auto command = consume(std::move(license), parameters);
      command.feature = parameters.feature;
      command.overages = {};
      return command;
    }
    case Operation::register_user: return enroll(std::move(license), parameters);
    case Operation::borrow: {
      auto command = enroll(std::move(license), parameters);
      command.borrows = true;
      return command;
    }
    case Operation::register_feature:
    case Operation::borrow_feature: {
      auto command = enroll(std::move(license), parameters);
      command.feature = parameters.feature;
      command.borrows |= operation == Operation::borrow_feature;
      return command;
    }
    case Operation::unregister_user:
    case Operation::release_license:
      return engine::UnregisterUser{.license = std::move(license), .feature = {}, .user = parameters.named_user()};
    case Operation::release_feature:
      return engine::UnregisterUser{
          .license = std::move(license), .feature = parameters.feature, .user = parameters.named_user()};
    case Operation::unregister_all:
      return engine::UnregisterAll{.account = account, .product = parameters.product, .feature = {}};
    case Operation::release_all:
      return engine::UnregisterAll{.account = account, .product = parameters.product, .feature = parameters.feature};
    case Operation::license: return engine::ReadLicenses{.license = std::move(license), .all = false};
    case Operation::licenses: return engine::ReadLicenses{.license = std::move(license), .all = true};
    case Operation::add_product: return engine::InstallLicense{.license = std::move(license)};
    case Operation::remove_product: return engine::RemoveLicense{.license = std::move(license)};
    case Operation::set_keys:
    case Operation::health:
    case Operation::log_in:
    case Operation::front_page:
    case Operation::not_built: break;
  }
  return std::nullopt;
}

/// The answer to a command that was carried out.
http::Response success(Operation operation, const model::Answer& outcome, const std::string& feature,
                       std::string_view label) {
  if (const auto* view = std::get_if<model::ConsumptionView>(&outcome)) return answer(consumption_reply(*view), label);
  if (const auto* list = std::get_if<model::LicenseList>(&outcome)) {
    if (operation == Operation::licenses) return answer(licenses_reply(*list), label);
    const model::LicenseView& view = list->licenses.at(0);
    if (operation == Operation::remove_product) return answer(removal_reply(view), label);
    if (operation != Operation::register_feature && operation != Operation::borrow_feature)
      return answer(license_reply(view), label);
    if (auto reply = feature_reply(view, feature)) return answer(std::move(*reply), label);
    return refusal(model::Refusal{ErrorCode::unsupported_product_feature, {}}, label);
  }
  switch (operation) {
    case Operation::unregister_user: return answer("user_unregistered", label, text_type);
    case Operation::release_feature:
    case Operation::release_all: return answer("feature_released", label, text_type);
    case Operation::unregister_all:
    case Operation::release_license:
    case Operation::add_consumption:
    case Operation::add_feature_consumption:
    case Operation::register_user:
    case Operation::borrow:
    case Operation::register_feature:
    case Operation::borrow_feature:
    case Operation::license:
    case Operation::licenses:
    case Operation::add_product:
    case Operation::remove_product:
    case Operation::set_keys:
    case Operation::health:
    case Operation::log_in:
    case Operation::front_page:
    case Operation::not_built: break;
  }
  return answer({}, label, text_type);
}

}  // namespace

class FloatingDoor::Implementation {
 public:
  Implementation(config::FloatingOptions options, const common::Identification& identification,
                 std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness,
                 const common::WebTokens* tokens)
      : options_{std::move(options)},
        identification_{identification},
        runner_{std::move(runner)},
        readiness_{std::move(readiness)},
        tokens_{tokens} {}

  void handle(const http::Request& request, http::Responder responder) {
    const Route* route = route_for(request.path);
    if (route == nullptr) return responder.send(refusal(404, "not_found", "nothing is here", label_of_strangers));
    if (!route->methods.contains(request.method)) {
      auto response = refusal(405, "method_not_allowed", "this method is not for this path", route->label);
      response.headers.emplace_back("Allow", route->methods.allowed());
      return responder.send(std::move(response));
    }
    if (route->effect == Effect::changes && common::is_from_another_site(request))
      return responder.send(refusal(403, "access_denied", "pages of another site may not ask for this", route->label));
    if (auto response = own_answer(*route, request)) return responder.send(std::move(*response));
    ask_engine(*route, request, std::move(responder));
  }

 private:
  /// What is answered without the engine.
  std::optional<http::Response> own_answer(const Route& route, const http::Request& request) const {
    if (route.operation == Operation::front_page) return front_page(route.label);
    if (route.operation == Operation::health) {
      if (readiness_()) return refusal(model::Refusal{ErrorCode::server_busy, {}}, route.label);
      return answer(R"({"status":"ok"})", route.label);
    }
    if (route.operation == Operation::log_in) {
      const auto identity = identification_.of(request, model::Door::floating);
      return answer(R"({"message":"Login successful","token":")" + bearer_token(identity.caller, tokens_) + "\"}",
                    route.label);
    }
    if (route.operation == Operation::set_keys) {
      // They are for the vendor's hosted service, which is never asked; a secret that is not needed is not kept.
      return answer(R"({"status":"ok","message":"no hosted service is asked here: the keys were not kept"})",
                    route.label);
    }
    if (route.operation == Operation::not_built)
      return refusal(model::Refusal{ErrorCode::not_implemented, {}}, route.label);
    return std::nullopt;
  }

  void ask_engine(const Route& route, const http::Request& request, http::Responder responder) {
    auto parameters = read_parameters(request);
    if (!parameters)
      return responder.send(refusal(400, parameters.error().code, parameters.error().message, route.label));
    if (route.operation == Operation::add_product && parameters->license_key.empty() &&
        !parameters->account_user.empty())
      return responder.send(refusal(501, "not_implemented",
                                    "licenses of user accounts are not known here: name a licenseKey", route.label));
    if (const auto missing = missing_parameter(route.operation, *parameters); !missing.empty())
      return responder.send(
          refusal(400, "missing_parameters", "the parameter " + std::string{missing} + " is missing", route.label));
    auto command = command_for(route.operation, options_.account, *parameters);
    common::Identity identity = identification_.of(request, model::Door::floating);
    if (!identity.may_be(options_.account))
      return responder.send(refusal(model::Refusal{ErrorCode::access_denied, {}}, route.label));
    auto key = common::idempotency_key(request, identity, route.label, *command);
    if (!key) return responder.send(refusal(400, "validation_error", key.error(), route.label));
    runner_->run(std::move(*command), std::move(identity.caller), std::move(*key),
                 [this, &route, product = std::move(parameters->product), feature = std::move(parameters->feature),
                  responder = std::move(responder)](model::Outcome&& outcome) mutable {
                   responder.send(outcome ? success(route.operation, *outcome, feature, route.label)
                                          : refused(outcome.error(), product, route.label));
                 });
  }

  http::Response refused(const model::Refusal& refused, const std::string& product, std::string_view label) const {
    const bool is_consumption = refused.code == ErrorCode::license_not_enough_consumptions ||
                                refused.code == ErrorCode::feature_not_enough_consumptions;
    if (is_consumption && options_.consumption_refusal == config::ConsumptionRefusal::page)
      return refusal(model::Refusal{ErrorCode::license_activated_max_times, "no free slots for product " + product},
                     label);
    return refusal(refused, label);
  }

  config::FloatingOptions options_;
  const common::Identification& identification_;
  std::unique_ptr<common::OperationRunner> runner_;
  common::Readiness readiness_;
  const common::WebTokens* tokens_;
};

FloatingDoor::FloatingDoor(config::FloatingOptions options, const common::Identification& identification,
                           std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness,
                           const common::WebTokens* tokens)
    : implementation_{std::make_unique<Implementation>(std::move(options), identification, std::move(runner),
                                                       std::move(readiness), tokens)} {}

FloatingDoor::~FloatingDoor() = default;

bool FloatingDoor::owns(std::string_view path) const {
  const auto is_or_is_below = [&](std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  };
  return path == "/" || is_or_is_below("/api/v4") || is_or_is_below("/api/v5") || is_or_is_below("/auth");
}

model::Access FloatingDoor::needed_for(const http::Request& request) const {
  const Route* route = route_for(request.path);
  const bool is_open =
      route != nullptr && (route->operation == Operation::health || route->operation == Operation::front_page);
  return is_open ? model::Access::open : model::Access::use;
}

bool FloatingDoor::needs_writer(const http::Request& request) const {
  const Route* route = route_for(request.path);
  if (route == nullptr || route->effect == Effect::none) return false;
  return route->operation != Operation::not_built && route->operation != Operation::set_keys;
}

void FloatingDoor::handle(const http::Request& request, http::Responder responder) {
  implementation_->handle(request, std::move(responder));
}

http::Response FloatingDoor::refuse(unsigned status, std::string_view) { return refusal_by_status(status); }

}  // namespace tally::floating
