#include "tally/common/front.hpp"

#include <utility>

#include "tally/common/problem.hpp"

namespace tally::common {
namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view label = "front";

/// What a door answers to those who are not let in, with the headers that clients go by.
http::Response denial(Door& door, unsigned status, std::string_view path) {
  http::Response response = door.refuse(status, path);
  if (status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Tally\", charset=\"UTF-8\"");
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Tally\"");
  }
  if (status == 429) {
    std::erase_if(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
    response.headers.emplace_back("Retry-After", "60");
  }
  return response;
}

}  // namespace

Front::Front(http::IoThread& thread, std::unique_ptr<Gate> gate, std::vector<std::unique_ptr<Door>> doors,
             const Identification& identification, Forwarding& forwarding, Readiness readiness)
    : thread_{thread},
      gate_{std::move(gate)},
      doors_{std::move(doors)},
      identification_{identification},
      forwarding_{forwarding},
      readiness_{std::move(readiness)} {}

Door* Front::door_for(std::string_view path) const {
  for (const auto& door : doors_) {
    if (door->owns(path)) return door.get();
  }
  return nullptr;
}

void Front::handle(const http::Request& request, http::Responder responder) {
  if (Door* door = door_for(request.path)) {
    const bool came_forwarded = request.header_count(forwarded_header) > 0;
    if (came_forwarded && !identification_.forwarded(request, model::Door::engine))
      return responder.send(door->refuse(503, request.path));
    // Whoever forwarded has asked its own gate.
    if (gate_ == nullptr || came_forwarded) return let_in(*door, request, std::move(responder));
    return gate_->admit(
        request, door->needed_for(request),
        [this, door, &request, responder = std::move(responder)](std::optional<unsigned> refusal) mutable {
          if (refusal) return responder.send(denial(*door, *refusal, request.path));
          let_in(*door, request, std::move(responder));
        });
  }
  if (request.path.starts_with("/health/")) return responder.send(health(request));
  responder.send(problem(404, label));
}

void Front::let_in(Door& door, const http::Request& request, http::Responder responder) {
  if (!forwarding_.is_needed() || !door.needs_writer(request)) return door.handle(request, std::move(responder));
  if (request.header_count(forwarded_header) > 0) return responder.send(door.refuse(503, request.path));
  forward(door, request, std::move(responder));
}

void Front::forward(Door& door, const http::Request& request, http::Responder responder) {
  forwarding_.forward(
      request, identification_.of(request, model::Door::engine),
      [this, &door, path = std::string{request.path},
       responder = std::move(responder)](std::expected<http::Response, Forwarding::Failure>&& answer) mutable {
        thread_.post(
            [&door, path = std::move(path), responder = std::move(responder), answer = std::move(answer)]() mutable {
              if (answer) return responder.send(std::move(*answer));
              responder.send(door.refuse(answer.error() == Forwarding::Failure::not_sent ? 503 : 504, path));
            });
      });
}

http::Response Front::refuse(unsigned status, std::string_view path) {
  if (Door* door = door_for(path)) return door->refuse(status, path);
  return problem(status, label);
}

http::Response Front::health(const http::Request& request) const {
  const bool is_read = request.method == http::Method::get || request.method == http::Method::head;
  if (!is_read) return method_problem("GET, HEAD", label);
  http::Response response{.status = 200,
                          .content_type = json_type,
                          .cache_control = "no-store",
                          .headers = {},
                          .body = {},
                          .label = "health"};
  if (request.path == "/health/live") {
    response.body = R"({"status":"live"})";
  } else if (request.path != "/health/ready") {
    return problem(404, label);
  } else if (const auto reason = readiness_()) {
    response.status = 503;
    response.headers.emplace_back("Retry-After", "1");
    response.body = R"({"status":"not ready","reason":")" + *reason + "\"}";
  } else {
    response.body =
        forwarding_.is_needed() ? R"({"status":"ready","role":"standby"})" : R"({"status":"ready","role":"writer"})";
  }
  return response;
}

}  // namespace tally::common
