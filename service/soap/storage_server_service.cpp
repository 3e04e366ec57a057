#include "storage_server_service.hpp"

#include <spanstream>

#include "StorageServerServiceSoap.nsmap"
#include "parameter_values.hpp"
#include "session_texts.hpp"
#include "soap_version.hpp"
#include "tally/common/random_id.hpp"

namespace tally::soap {
namespace {

constexpr int levels_max = xml_depth_max;
// From memory, without HTTP; strings stay UTF-8; no id and href: a document is a tree, as the original stack reads it.
constexpr soap_mode reading_mode = SOAP_ENC_PLAIN | SOAP_C_UTFSTRING | SOAP_XML_TREE;

std::string enveloped(std::string_view operation, std::string_view parameters) {
  std::string document;
  document.reserve(parameters.size() + 256);
  document.append("<s:Envelope xmlns:s=\"").append(envelope_namespace_11).append("\"><s:Body><").append(operation);
  document.append(" xmlns=\"").append(service_namespace).append("\">").append(parameters);
  document.append("</").append(operation).append("></s:Body></s:Envelope>");
  return document;
}

/// Lends gSOAP a stream for one call. However that ends, nothing of it is left for the next.
struct Lending {
  Lending(struct soap* lent_to, std::istream& input) : context{lent_to} { context->is = &input; }
  ~Lending() {
    context->is = nullptr;
    soap_destroy(context);
    soap_end(context);
  }
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;

  struct soap* context;
};

}  // namespace

StorageServerService::StorageServerService(Accounts accounts, XmlReader& reader)
    : NotBuiltService{reading_mode, reading_mode}, accounts_{std::move(accounts)}, reader_{reader} {
  soap->maxlevel = levels_max;
}

ReadCall StorageServerService::read(std::string_view operation, std::string_view parameters) {
  std::string document = enveloped(operation, parameters);
  std::ispanstream input{std::span<char>{document}};
  const Lending lending{soap, input};
  // The parameters were found right before; what gSOAP can't read all the same is a mistake of ours.
  result_ = model::ErrorCode::internal_failure;
  const bool began = soap_begin_recv(soap) == SOAP_OK && soap_envelope_begin_in(soap) == SOAP_OK &&
                     soap_recv_header(soap) == SOAP_OK && soap_body_begin_in(soap) == SOAP_OK;
  // An operation that was reached has put its call into result_.
  if (began) dispatch(soap);
  return std::move(result_);
}

int StorageServerService::call(std::string_view operation, AnswerShape shape, std::optional<engine::Command> command) {
  result_ = Call{.operation = operation, .shape = shape, .command = std::move(command)};
  return SOAP_STOP;
}

int StorageServerService::refuse(model::ErrorCode code) {
  result_ = code;
  return SOAP_STOP;
}

int StorageServerService::log_in(std::string_view operation, AnswerShape shape, const std::string* database,
                                 const std::string* settings) {
  auto parsed = parse_settings(reader_, text_of(settings));
  if (!parsed) return refuse(model::ErrorCode::invalid_settings);
  const std::string alias = text_of(database);
  auto account = accounts_(alias);
  if (!account) return refuse(model::ErrorCode::unknown_database);
  return call(operation, shape,
              engine::OpenSession{.account = std::move(*account),
                                  .id = common::random_id(),
                                  .database = alias,
                                  .settings = std::move(*parsed)});
}

template<class Command>
int StorageServerService::call_on_session(std::string_view operation, AnswerShape shape, const std::string& session) {
  return call(operation, shape, Command{guid_of(session)});
}

template<class Command>
int StorageServerService::call_on_option(std::string_view operation, const std::string& session,
                                         const std::string& option) {
  return call(operation, AnswerShape::nothing, Command{.session = guid_of(session), .option = guid_of(option)});
}

int StorageServerService::SessionLogin(_storage__SessionLogin* request, _storage__SessionLoginResponse&) {
  return log_in("SessionLogin", AnswerShape::login, request->baseName, request->sessionSettings);
}

int StorageServerService::SessionLoginEx(_storage__SessionLoginEx* request, _storage__SessionLoginExResponse&) {
  return log_in("SessionLoginEx", AnswerShape::login_ex, request->baseName, request->sessionSettings);
}

int StorageServerService::SessionLogout(_storage__SessionLogout* request, _storage__SessionLogoutResponse&) {
  return call_on_session<engine::EndSession>("SessionLogout", AnswerShape::nothing, request->sessionId);
}

int StorageServerService::SessionTerminate(_storage__SessionTerminate* request, _storage__SessionTerminateResponse&) {
  auto account = accounts_(text_of(request->baseName));
  if (!account) return refuse(model::ErrorCode::unknown_database);
  return call("SessionTerminate", AnswerShape::nothing,
              engine::TerminateSession{.account = std::move(account), .session = guid_of(request->sessionId)});
}

int StorageServerService::SessionKeepAlive(_storage__SessionKeepAlive* request, _storage__SessionKeepAliveResponse&) {
  return call_on_session<engine::KeepAlive>("SessionKeepAlive", AnswerShape::nothing, request->sessionId);
}

int StorageServerService::SessionGetSettings(_storage__SessionGetSettings* request,
                                             _storage__SessionGetSettingsResponse&) {
  return call_on_session<engine::ReadSession>("SessionGetSettings", AnswerShape::settings, request->sessionId);
}

int StorageServerService::SessionSetSettings(_storage__SessionSetSettings* request,
                                             _storage__SessionSetSettingsResponse&) {
  auto settings = parse_settings(reader_, text_of(request->settings));
  if (!settings) return refuse(model::ErrorCode::invalid_settings);
  return call("SessionSetSettings", AnswerShape::nothing,
              engine::ChangeSettings{.session = guid_of(request->sessionId), .settings = std::move(*settings)});
}

int StorageServerService::SessionUpdateOfflineState(_storage__SessionUpdateOfflineState* request,
                                                    _storage__SessionUpdateOfflineStateResponse&) {
  constexpr std::string_view name = "SessionUpdateOfflineState";
  return request->offline ? call_on_session<engine::SuspendSession>(name, AnswerShape::nothing, request->sessionId)
                          : call_on_session<engine::ResumeSession>(name, AnswerShape::nothing, request->sessionId);
}

int StorageServerService::SessionGetList(_storage__SessionGetList* request, _storage__SessionGetListResponse&) {
  auto account = accounts_(text_of(request->baseName));
  if (!account) return refuse(model::ErrorCode::unknown_database);
  return call("SessionGetList", AnswerShape::session_list, engine::ListSessions{.account = std::move(account)});
}

int StorageServerService::IncrementFeatureUsage(_storage__IncrementFeatureUsage* request,
                                                _storage__IncrementFeatureUsageResponse&) {
  return call_on_option<engine::TakePlace>("IncrementFeatureUsage", request->sessionId, request->featureId);
}

int StorageServerService::DecrementFeatureUsage(_storage__DecrementFeatureUsage* request,
                                                _storage__DecrementFeatureUsageResponse&) {
  return call_on_option<engine::GiveBack>("DecrementFeatureUsage", request->sessionId, request->featureId);
}

int StorageServerService::HealthCheck(_storage__HealthCheck*, _storage__HealthCheckResponse&) {
  return call("HealthCheck", AnswerShape::health, std::nullopt);
}

int StorageServerService::GetServerDateTime(_storage__GetServerDateTime*, _storage__GetServerDateTimeResponse&) {
  return call("GetServerDateTime", AnswerShape::server_time, std::nullopt);
}

}  // namespace tally::soap
