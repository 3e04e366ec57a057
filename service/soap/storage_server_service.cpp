#include "storage_server_service.hpp"

#include <openssl/rand.h>

#include <spanstream>
#include <stdexcept>

#include "StorageServerServiceSoap.nsmap"
#include "envelope_reader.hpp"
#include "session_texts.hpp"
#include "soap_version.hpp"

namespace tally::soap {
namespace {

constexpr int levels_max = xml_depth_max;
// From memory, without HTTP; strings stay UTF-8; no id and href: a document is a tree, as the original stack reads it.
constexpr soap_mode reading_mode = SOAP_ENC_PLAIN | SOAP_C_UTFSTRING | SOAP_XML_TREE;

std::string_view text_of(const std::string* text) {
  return text == nullptr ? std::string_view{} : std::string_view{*text};
}

/// Knowing a session's id is the right to use it, so it is drawn from a cryptographic source (RFC 4122, version 4).
model::SessionId draw_session_id() {
  model::SessionId id;
  if (RAND_bytes(id.bytes.data(), static_cast<int>(id.bytes.size())) != 1) throw std::runtime_error{"no random bytes"};
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

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
  parameters_ = parameters;
  result_ = Unreadable{"the operation's parameters can't be read"};
  const bool began = soap_begin_recv(soap) == SOAP_OK && soap_envelope_begin_in(soap) == SOAP_OK &&
                     soap_recv_header(soap) == SOAP_OK && soap_body_begin_in(soap) == SOAP_OK;
  // An operation that was reached has put its call into result_ and says stop; everything else is a flaw of the text.
  if (began && dispatch(soap) != SOAP_STOP && soap->error == SOAP_TYPE) {
    result_ = Unreadable{"The value of element " + std::string{soap->tag} + " is not valid for its type."};
  }
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

int StorageServerService::refuse_value(std::string reason) {
  result_ = Unreadable{std::move(reason)};
  return SOAP_STOP;
}

std::optional<model::Guid> StorageServerService::guid(std::string_view name, const std::string& text) {
  if (text.empty() && !has_empty_parameter(parameters_, name)) return model::Guid{};
  auto parsed = model::parse_guid(text);
  if (!parsed) refuse_value("Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).");
  return parsed;
}

int StorageServerService::log_in(std::string_view operation, AnswerShape shape, const std::string* database,
                                 const std::string* settings) {
  auto parsed = parse_settings(reader_, text_of(settings));
  if (!parsed) return refuse(model::ErrorCode::invalid_settings);
  const std::string alias{text_of(database)};
  auto account = accounts_(alias);
  if (!account) return refuse(model::ErrorCode::unknown_database);
  return call(
      operation, shape,
      engine::OpenSession{
          .account = std::move(*account), .id = draw_session_id(), .database = alias, .settings = std::move(*parsed)});
}

template<class Command>
int StorageServerService::call_on_session(std::string_view operation, AnswerShape shape, const std::string& session) {
  const auto id = guid("sessionId", session);
  if (!id) return SOAP_STOP;
  return call(operation, shape, Command{*id});
}

template<class Command>
int StorageServerService::call_on_option(std::string_view operation, const std::string& session,
                                         const std::string& option) {
  const auto session_id = guid("sessionId", session);
  if (!session_id) return SOAP_STOP;
  const auto option_id = guid("featureId", option);
  if (!option_id) return SOAP_STOP;
  return call(operation, AnswerShape::nothing, Command{.session = *session_id, .option = *option_id});
}

int StorageServerService::SessionLogin(_storage__SessionLogin* request, _storage__SessionLoginResponse&) {
  return log_in("SessionLogin", AnswerShape::login, request->baseName, request->sessionSettings);
}

int StorageServerService::SessionLoginEx(_storage__SessionLoginEx* request, _storage__SessionLoginExResponse&) {
  if (has_empty_parameter(parameters_, "flags")) return refuse_value("Input string was not in a correct format.");
  return log_in("SessionLoginEx", AnswerShape::login_ex, request->baseName, request->sessionSettings);
}

int StorageServerService::SessionLogout(_storage__SessionLogout* request, _storage__SessionLogoutResponse&) {
  return call_on_session<engine::EndSession>("SessionLogout", AnswerShape::nothing, request->sessionId);
}

int StorageServerService::SessionTerminate(_storage__SessionTerminate* request, _storage__SessionTerminateResponse&) {
  const auto id = guid("sessionId", request->sessionId);
  if (!id) return SOAP_STOP;
  auto account = accounts_(std::string{text_of(request->baseName)});
  if (!account) return refuse(model::ErrorCode::unknown_database);
  return call("SessionTerminate", AnswerShape::nothing,
              engine::TerminateSession{.account = std::move(account), .session = *id});
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
  const auto id = guid("sessionId", request->sessionId);
  if (!id) return SOAP_STOP;
  auto settings = parse_settings(reader_, text_of(request->settings));
  if (!settings) return refuse(model::ErrorCode::invalid_settings);
  return call("SessionSetSettings", AnswerShape::nothing,
              engine::ChangeSettings{.session = *id, .settings = std::move(*settings)});
}

int StorageServerService::SessionUpdateOfflineState(_storage__SessionUpdateOfflineState* request,
                                                    _storage__SessionUpdateOfflineStateResponse&) {
  constexpr std::string_view name = "SessionUpdateOfflineState";
  if (has_empty_parameter(parameters_, "offline")) return refuse_value("The string '' is not a valid Boolean value.");
  return request->offline ? call_on_session<engine::SuspendSession>(name, AnswerShape::nothing, request->sessionId)
                          : call_on_session<engine::ResumeSession>(name, AnswerShape::nothing, request->sessionId);
}

int StorageServerService::SessionGetList(_storage__SessionGetList* request, _storage__SessionGetListResponse&) {
  auto account = accounts_(std::string{text_of(request->baseName)});
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
