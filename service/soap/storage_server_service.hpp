#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "answer_members.hpp"
#include "built_operations.hpp"
#include "not_built_service.hpp"
#include "tally/engine/command.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// What an envelope asks for: a command for the engine, or, without one, something that the door answers itself.
struct Call {
  std::string_view operation;  ///< static storage
  AnswerShape shape = AnswerShape::nothing;
  std::optional<engine::Command> command;
};

/// The error is a refusal that needs no engine.
using ReadCall = std::variant<Call, model::ErrorCode>;

/// gSOAP's service: it finds the operation and reads the parameters; each operation turns them into a Call. Nothing is
/// sent from here: the answer comes when the command's group is committed. One object a thread.
///
/// The operations on sessions and options stand in storage_server_service.cpp, the others in files of their own:
/// numerator_operations.cpp, cursor_operations.cpp, lock_operations.cpp, profile_operations.cpp.
class StorageServerService final : private NotBuiltService {
 public:
  /// Which account a database alias stands for; absent when it is unknown.
  using Accounts = std::function<std::optional<model::AccountId>(const std::string& alias)>;

  StorageServerService(Accounts accounts, XmlReader& reader);

  /// Reads an operation of the contract with its parameters, as EnvelopeOutline has them: each value is of its type.
  [[nodiscard]] ReadCall read(std::string_view operation, std::string_view parameters);

 private:
#define OPERATION(Name) int Name(_storage__##Name* request, _storage__##Name##Response&) override;
  TALLY_BUILT_OPERATIONS(OPERATION)
#undef OPERATION

  int call(std::string_view operation, AnswerShape shape, std::optional<engine::Command> command);
  int refuse(model::ErrorCode code) override;
  int log_in(std::string_view operation, AnswerShape shape, const std::string* database, const std::string* settings);
  template<class Command>
  int call_on_session(std::string_view operation, AnswerShape shape, const std::string& session);
  template<class Command>
  int call_on_option(std::string_view operation, const std::string& session, const std::string& option);

  Accounts accounts_;
  XmlReader& reader_;
  ReadCall result_;
};

}  // namespace tally::soap
