// The operations on open cursors.

#include "parameter_values.hpp"
#include "storage_server_service.hpp"

namespace tally::soap {

int StorageServerService::CursorReadPage(_storage__CursorReadPage* request, _storage__CursorReadPageResponse&) {
  engine::ReadCursorPage command{
      .session = guid_of(request->sessionId), .cursor = guid_of(request->cursorId), .page = request->pageNum};
  return call("CursorReadPage", AnswerShape::page, command);
}

int StorageServerService::CursorGetPageCount(_storage__CursorGetPageCount* request,
                                             _storage__CursorGetPageCountResponse&) {
  engine::ReadPageCount command{.session = guid_of(request->sessionId), .cursor = guid_of(request->cursorId)};
  return call("CursorGetPageCount", AnswerShape::page_count, command);
}

int StorageServerService::CursorClose(_storage__CursorClose* request, _storage__CursorCloseResponse&) {
  engine::CloseCursor command{.session = guid_of(request->sessionId), .cursor = guid_of(request->cursorId)};
  return call("CursorClose", AnswerShape::nothing, command);
}

}  // namespace tally::soap
