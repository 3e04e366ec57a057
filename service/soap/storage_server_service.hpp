#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "not_built_service.hpp"
#include "tally/engine/command.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// How a call's outcome is told.
enum class AnswerShape { nothing, login, login_ex, settings, session_list, health, server_time };

/// What an envelope asks for: a command for the engine, or, without one, something that the door answers itself.
struct Call {
  std::string_view operation;  ///< static storage
  AnswerShape shape = AnswerShape::nothing;
  std::optional<engine::Command> command;
};

/// Why an envelope asks for nothing.
struct Unreadable {
  std::string reason;  ///< as the original stack would end its "Server was unable to read request." fault
};

using ReadCall = std::variant<Call, Unreadable, model::ErrorCode>;

/// gSOAP's service: it finds the operation and reads the parameters; each operation turns them into a Call. Nothing is
/// sent from here: the answer comes when the command's group is committed. One object a thread.
class StorageServerService final : private NotBuiltService {
 public:
  /// Which account a database alias stands for; absent when it is unknown.
  using Accounts = std::function<std::optional<model::AccountId>(const std::string& alias)>;

  StorageServerService(Accounts accounts, XmlReader& reader);

  /// Reads an operation of the contract with its parameters, as EnvelopeOutline has them.
  [[nodiscard]] ReadCall read(std::string_view operation, std::string_view parameters);

 private:
  int SessionLogin(_storage__SessionLogin* request, _storage__SessionLoginResponse&) override;
  int SessionLoginEx(_storage__SessionLoginEx* request, _storage__SessionLoginExResponse&) override;
  int SessionLogout(_storage__SessionLogout* request, _storage__SessionLogoutResponse&) override;
  int SessionTerminate(_storage__SessionTerminate* request, _storage__SessionTerminateResponse&) override;
  int SessionKeepAlive(_storage__SessionKeepAlive* request, _storage__SessionKeepAliveResponse&) override;
  int SessionGetSettings(_storage__SessionGetSettings* request, _storage__SessionGetSettingsResponse&) override;
  int SessionSetSettings(_storage__SessionSetSettings* request, _storage__SessionSetSettingsResponse&) override;
  int SessionUpdateOfflineState(_storage__SessionUpdateOfflineState* request,
                                _storage__SessionUpdateOfflineStateResponse&) override;
  int SessionGetList(_storage__SessionGetList* request, _storage__SessionGetListResponse&) override;
  int IncrementFeatureUsage(_storage__IncrementFeatureUsage* request,
                            _storage__IncrementFeatureUsageResponse&) override;
  int DecrementFeatureUsage(_storage__DecrementFeatureUsage* request,
                            _storage__DecrementFeatureUsageResponse&) override;
  int HealthCheck(_storage__HealthCheck*, _storage__HealthCheckResponse&) override;
  int GetServerDateTime(_storage__GetServerDateTime*, _storage__GetServerDateTimeResponse&) override;

  int call(std::string_view operation, AnswerShape shape, std::optional<engine::Command> command);
  int refuse(model::ErrorCode code) override;
  int log_in(std::string_view operation, AnswerShape shape, const std::string* database, const std::string* settings);
  int refuse_value(std::string reason);
  template<class Command>
  int call_on_session(std::string_view operation, AnswerShape shape, const std::string& session);
  template<class Command>
  int call_on_option(std::string_view operation, const std::string& session, const std::string& option);
  /// A guid parameter; a missing one is the zero guid. Absent when the text is none, which ends the call.
  std::optional<model::Guid> guid(std::string_view name, const std::string& text);

  Accounts accounts_;
  XmlReader& reader_;
  std::string_view parameters_;  ///< of the call that is being read
  ReadCall result_;
};

}  // namespace tally::soap
