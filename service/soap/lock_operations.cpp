// The five operations on locks.

#include "lock_texts.hpp"
#include "parameter_values.hpp"
#include "storage_server_service.hpp"

namespace tally::soap {
namespace {

model::ResourceKind kind_of(storage__ResourceType type) {
  switch (type) {
    case storage__ResourceType::CUSTOM: return model::ResourceKind::custom;
    case storage__ResourceType::CARD: return model::ResourceKind::card;
    case storage__ResourceType::FILE_: return model::ResourceKind::file;
    case storage__ResourceType::ROW: return model::ResourceKind::row;
  }
  return model::ResourceKind::custom;
}

}  // namespace

int StorageServerService::LockSet(_storage__LockSet* request, _storage__LockSetResponse&) {
  engine::SetLock command{.session = guid_of(request->sessionId),
                          .resource = guid_of(request->resourceId),
                          .kind = kind_of(request->resType),
                          .section = guid_of(request->sectionId),
                          .instance = guid_of(request->instanceID),
                          .check_out = request->checkOut};
  return call("LockSet", AnswerShape::nothing, command);
}

int StorageServerService::LockClear(_storage__LockClear* request, _storage__LockClearResponse&) {
  engine::ClearLock command{
      .session = guid_of(request->sessionId), .resource = guid_of(request->resourceId), .force = request->forceUnlock};
  return call("LockClear", AnswerShape::nothing, command);
}

int StorageServerService::LockClearGroup(_storage__LockClearGroup* request, _storage__LockClearGroupResponse&) {
  engine::ClearLocks command{.session = guid_of(request->sessionId), .resources = {}, .force = request->forceUnlock};
  auto items = parse_items(reader_, text_of(request->items));
  if (!items) return refuse(model::ErrorCode::invalid_parameter);
  command.resources = std::move(*items);
  return call("LockClearGroup", AnswerShape::failed_items, std::move(command));
}

int StorageServerService::LockGetInfo(_storage__LockGetInfo* request, _storage__LockGetInfoResponse&) {
  engine::ReadLock command{.session = guid_of(request->sessionId), .resource = guid_of(request->resourceId)};
  return call("LockGetInfo", AnswerShape::lock, command);
}

int StorageServerService::LockGetList(_storage__LockGetList* request, _storage__LockGetListResponse&) {
  engine::ListLocks command{.session = guid_of(request->sessionId),
                            .own_only = request->currentUserOnly,
                            .kind = request->allTypes ? std::nullopt : std::optional{kind_of(request->resType)}};
  return call("LockGetList", AnswerShape::lock_list, command);
}

}  // namespace tally::soap
