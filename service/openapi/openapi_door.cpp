#include "tally/openapi/openapi_door.hpp"

#include "tally/common/problem.hpp"
#include "tally/openapi/document.hpp"

namespace tally::openapi {
namespace {

constexpr std::string_view label = "openapi";

}  // namespace

bool OpenApiDoor::owns(std::string_view path) const { return path == "/openapi.json"; }

model::Access OpenApiDoor::needed_for(const http::Request&) const { return model::Access::open; }

bool OpenApiDoor::needs_writer(const http::Request&) const { return false; }

void OpenApiDoor::handle(const http::Request& request, http::Responder responder) {
  if (request.method != http::Method::get && request.method != http::Method::head)
    return responder.send(common::method_problem("GET, HEAD", label));
  // Another version may have another document at any time.
  responder.send({.status = 200,
                  .content_type = "application/json",
                  .cache_control = "private, max-age=0",
                  .headers = {},
                  .body = std::string{document},
                  .label = label});
}

http::Response OpenApiDoor::refuse(unsigned status, std::string_view) { return common::problem(status, label); }

}  // namespace tally::openapi
