// The 13 operations on numerators.

#include "derived_ids.hpp"
#include "parameter_values.hpp"
#include "storage_server_service.hpp"
#include "tally/common/random_id.hpp"

namespace tally::soap {
namespace {

using Which = engine::TakeFreeNumber::Which;
using Side = engine::ChangeBound::Side;

template<class Request>
model::ZoneKey zone_of(const Request& request) {
  return {.numerator = guid_of(request.numeratorId), .name = text_of(request.zoneName)};
}

template<class Request>
engine::TakeNumbers take(const Request& request, model::NumberRange numbers) {
  auto zone = zone_of(request);
  const auto id = zone_id(zone.numerator, zone.name);
  return {.session = guid_of(request.sessionId),
          .zone = std::move(zone),
          .zone_id = id,
          .numbers = numbers,
          .for_user = guid_of(request.userId)};
}

template<class Request>
engine::TakeFreeNumber take_free(const Request& request, Which which) {
  auto zone = zone_of(request);
  const auto id = zone_id(zone.numerator, zone.name);
  return {.session = guid_of(request.sessionId),
          .zone = std::move(zone),
          .zone_id = id,
          .which = which,
          .for_user = guid_of(request.userId)};
}

template<class Request>
engine::ReleaseNumbers release(const Request& request, model::NumberRange numbers) {
  return {.session = guid_of(request.sessionId), .zone = zone_of(request), .numbers = numbers};
}

template<class Request>
engine::ChangeBound change(const Request& request, Side side, std::int32_t bound) {
  return {.session = guid_of(request.sessionId),
          .numerator = guid_of(request.numeratorId),
          .side = side,
          .bound = bound,
          .force = request.forceChange};
}

}  // namespace

int StorageServerService::NumAllocateNumber(_storage__NumAllocateNumber* request,
                                            _storage__NumAllocateNumberResponse&) {
  auto command = take(*request, {request->number, request->number});
  return call("NumAllocateNumber", AnswerShape::number_id, std::move(command));
}

int StorageServerService::NumAllocateNumbers(_storage__NumAllocateNumbers* request,
                                             _storage__NumAllocateNumbersResponse&) {
  auto command = take(*request, {request->firstNumber, request->lastNumber});
  return call("NumAllocateNumbers", AnswerShape::nothing, std::move(command));
}

int StorageServerService::NumGetFirstFree(_storage__NumGetFirstFree* request, _storage__NumGetFirstFreeResponse&) {
  auto command = take_free(*request, Which::lowest);
  return call("NumGetFirstFree", AnswerShape::number_and_id, std::move(command));
}

int StorageServerService::NumGetLastFree(_storage__NumGetLastFree* request, _storage__NumGetLastFreeResponse&) {
  auto command = take_free(*request, Which::highest);
  return call("NumGetLastFree", AnswerShape::number_and_id, std::move(command));
}

int StorageServerService::NumReleaseNumber(_storage__NumReleaseNumber* request, _storage__NumReleaseNumberResponse&) {
  auto command = release(*request, {request->number, request->number});
  return call("NumReleaseNumber", AnswerShape::nothing, std::move(command));
}

int StorageServerService::NumReleaseNumbers(_storage__NumReleaseNumbers* request,
                                            _storage__NumReleaseNumbersResponse&) {
  // The documentation has the second one's name in the plural.
  auto command = release(*request, {request->firstNumber, request->lastNumbers});
  return call("NumReleaseNumbers", AnswerShape::nothing, std::move(command));
}

int StorageServerService::NumReleaseNumberByID(_storage__NumReleaseNumberByID* request,
                                               _storage__NumReleaseNumberByIDResponse&) {
  engine::ReleaseNumberById command{.session = guid_of(request->sessionId),
                                    .numerator = guid_of(request->numeratorId),
                                    .number_id = guid_of(request->NumberId)};
  return call("NumReleaseNumberByID", AnswerShape::nothing, command);
}

int StorageServerService::NumChangeLeftBound(_storage__NumChangeLeftBound* request,
                                             _storage__NumChangeLeftBoundResponse&) {
  auto command = change(*request, Side::left, request->newLeftBound);
  return call("NumChangeLeftBound", AnswerShape::nothing, command);
}

int StorageServerService::NumChangeRightBound(_storage__NumChangeRightBound* request,
                                              _storage__NumChangeRightBoundResponse&) {
  auto command = change(*request, Side::right, request->newRightBound);
  return call("NumChangeRightBound", AnswerShape::nothing, command);
}

int StorageServerService::NumGetNumberByID(_storage__NumGetNumberByID* request, _storage__NumGetNumberByIDResponse&) {
  engine::ReadNumberById command{
      .session = guid_of(request->sessionId), .zone = zone_of(*request), .number_id = guid_of(request->NumberId)};
  return call("NumGetNumberByID", AnswerShape::number, std::move(command));
}

int StorageServerService::NumGetNumberID(_storage__NumGetNumberID* request, _storage__NumGetNumberIDResponse&) {
  engine::ReadNumberId command{.session = guid_of(request->sessionId),
                               .numerator = guid_of(request->numeratorId),
                               .zone_id = guid_of(request->zoneId),
                               .number = request->number};
  return call("NumGetNumberID", AnswerShape::number_id, command);
}

int StorageServerService::NumGetNumberStatus(_storage__NumGetNumberStatus* request,
                                             _storage__NumGetNumberStatusResponse&) {
  engine::ReadNumberStatus command{
      .session = guid_of(request->sessionId), .zone = zone_of(*request), .number = request->number};
  return call("NumGetNumberStatus", AnswerShape::number_status, std::move(command));
}

int StorageServerService::NumGetNumbersStatus(_storage__NumGetNumbersStatus* request,
                                              _storage__NumGetNumbersStatusResponse&) {
  engine::ListNumbers command{.session = guid_of(request->sessionId),
                              .zone = zone_of(*request),
                              .numbers = {request->firstNumber, request->lastNumber},
                              .cursor = common::random_id()};
  return call("NumGetNumbersStatus", AnswerShape::number_list, std::move(command));
}

}  // namespace tally::soap
