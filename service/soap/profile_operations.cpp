// The operations on users' profiles.

#include "parameter_values.hpp"
#include "storage_server_service.hpp"

namespace tally::soap {

int StorageServerService::UserProfileGetInfo(_storage__UserProfileGetInfo* request,
                                             _storage__UserProfileGetInfoResponse&) {
  engine::ReadProfile command{.session = guid_of(request->sessionId), .user = text_of(request->userName)};
  return call("UserProfileGetInfo", AnswerShape::profile, std::move(command));
}

int StorageServerService::UserProfileGetAccount(_storage__UserProfileGetAccount* request,
                                                _storage__UserProfileGetAccountResponse&) {
  engine::ReadProfileById command{.session = guid_of(request->sessionId), .profile = guid_of(request->userRefId)};
  return call("UserProfileGetAccount", AnswerShape::account_name, command);
}

}  // namespace tally::soap
