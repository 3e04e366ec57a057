#include "http_server_fixture.hpp"

#include <stdexcept>

namespace tally::http::test {

namespace {

class ScriptedHandler final : public Handler {
 public:
  ScriptedHandler(const Script& script, IoThread& thread) : script_(script), thread_(thread) {}

  void handle(const Request& request, Responder responder) override { script_(request, std::move(responder), thread_); }

  Response refuse(unsigned status, std::string_view path) override {
    auto response = text_response("refused " + std::to_string(status) + " at '" + std::string(path) + "'");
    response.label = "refusal";
    return response;
  }

 private:
  const Script script_;
  IoThread& thread_;
};

}  // namespace

void RecordingObserver::request_finished(const Access& access) noexcept {
  record(finished_, RecordedAccess{.method = std::string(access.method),
                                   .path = std::string(access.path),
                                   .peer_address = std::string(access.peer_address),
                                   .label = std::string(access.label),
                                   .status = access.status,
                                   .request_body_bytes = access.request_body_bytes,
                                   .delivered = access.delivered});
}

void RecordingObserver::connection_refused(std::string_view peer_address) noexcept {
  record(refused_, std::string(peer_address));
}

void RecordingObserver::accept_failed(std::string_view reason) noexcept {
  record(accept_failures_, std::string(reason));
}

void RecordingObserver::handler_failed(std::string_view reason) noexcept {
  record(handler_failures_, std::string(reason));
}

std::vector<RecordedAccess> RecordingObserver::finished(std::size_t count) { return wait(finished_, count); }

Response text_response(std::string body) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  response.label = "script";
  return response;
}

void echo(const Request& request, Responder responder, IoThread&) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text.append(name).append("=").append(value).append("\n");
  };
  line("method", request.method_text);
  line("method number", std::to_string(static_cast<int>(request.method)));
  line("target", request.target);
  line("path", request.path);
  line("query", request.has_query ? "?" + std::string(request.query) : "none");
  line("version", std::to_string(request.version));
  line("peer", request.peer_address);
  line("host", request.header("host").value_or("none"));
  line("X-Word", request.header("x-word").value_or("none"));
  line("X-Word count", std::to_string(request.header_count("X-WORD")));
  line("fields", std::to_string(request.fields.size()));
  line("body", request.body);
  responder.send(text_response(std::move(text)));
}

std::string echoed(const RawAnswer& answer, const std::string& name) {
  const auto line = ("\n" + answer.body).find("\n" + name + "=");
  if (line == answer.body.npos) return {};
  const auto start = line + name.size() + 1;
  return answer.body.substr(start, answer.body.find('\n', start) - start);
}

RunningServer::RunningServer(Script script, const Limits& limits, unsigned threads)
    : server_(
          {Endpoint{}}, threads, limits,
          [script = std::move(script)](IoThread& thread) { return std::make_unique<ScriptedHandler>(script, thread); },
          observer_) {
  const auto bound = server_.start();
  if (!bound) throw std::runtime_error(bound.error());
  port_ = bound->front().port;
}

void Waiting::keep(Responder responder, IoThread& thread) {
  const std::scoped_lock lock(mutex_);
  kept_.push_back({std::move(responder), &thread});
  changed_.notify_all();
}

void Waiting::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return kept_.size() >= count; })) {
    throw std::runtime_error("no request came to wait");
  }
}

void Waiting::answer_all(const std::string& body) {
  const std::scoped_lock lock(mutex_);
  for (auto& [responder, thread] : kept_) {
    thread->post([answer = std::move(responder), body]() mutable { answer.send(text_response(body)); });
  }
  kept_.clear();
}

}  // namespace tally::http::test
