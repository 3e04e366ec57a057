#include "tally/soap/soap_door.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "content_type.hpp"
#include "contract_page.hpp"
#include "envelope_reader.hpp"
#include "envelope_writer.hpp"
#include "help_page.hpp"
#include "operations.hpp"
#include "session_texts.hpp"
#include "soap_action.hpp"
#include "storage_server_service.hpp"
#include "tally/common/idempotency_header.hpp"
#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view label = "StorageServer";

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool is_utf8_name(std::string_view name) {
  return name.empty() || name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii";
}

/// The contract's own spelling of an operation; empty when it has none.
std::string_view known_operation(std::string_view name) {
  const auto found = std::ranges::find(operation_names, name);
  return found == operation_names.end() ? std::string_view{} : *found;
}

std::string_view operation_of_action(std::string_view action) {
  return action.starts_with(service_namespace) ? known_operation(action.substr(service_namespace.size()))
                                               : std::string_view{};
}

/// Days since 1899-12-30 00:00 UTC, time of day as the fraction (OLE Automation date).
std::string ole_automation_date(std::chrono::system_clock::time_point now) {
  using Days = std::chrono::duration<double, std::chrono::days::period>;
  constexpr std::chrono::sys_days day_zero = std::chrono::year{1899} / 12 / 30;
  const double days = std::chrono::duration_cast<Days>(now - day_zero).count();
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), days);
  return {text.data(), written.ptr};
}

std::string login_members(const model::SessionView& view, std::string_view version) {
  std::string xml;
  append_element(xml, "sessionId", to_string(view.session.id));
  append_element(xml, "userSettings", session_settings_text(view, version));
  return xml;
}

/// All fits one page, so no cursor is opened: its id is zero.
std::string login_ex_members(const model::SessionView& view, std::string_view version) {
  std::string xml;
  append_element(xml, "sessionId", to_string(view.session.id));
  xml += "<sessionLoginResponse>";
  append_element(xml, "ID", to_string(model::Guid{}));
  append_element(xml, "PageCount", "1");
  append_element(xml, "RowCount", "1");
  append_element(xml, "FirstPage", session_settings_text(view, version));
  append_element(xml, "UsingCompression", "false");
  return xml + "</sessionLoginResponse>";
}

std::string single_member(std::string_view name, std::string_view value) {
  std::string xml;
  append_element(xml, name, value);
  return xml;
}

/// What the answer contains besides its wrapper.
std::string members_of(AnswerShape shape, const model::Answer& answer, std::string_view version) {
  switch (shape) {
    case AnswerShape::nothing: return {};
    case AnswerShape::login: return login_members(std::get<model::SessionView>(answer), version);
    case AnswerShape::login_ex: return login_ex_members(std::get<model::SessionView>(answer), version);
    case AnswerShape::settings:
      return single_member("settings", session_settings_text(std::get<model::SessionView>(answer), version));
    case AnswerShape::session_list:
      return single_member("sessions", session_list_text(std::get<model::SessionList>(answer)));
    case AnswerShape::health: return single_member("result", "Running");
    case AnswerShape::server_time:
      return single_member("curDateTime", ole_automation_date(std::chrono::system_clock::now()));
  }
  return {};
}

}  // namespace

class SoapDoor::Implementation {
 public:
  Implementation(SoapDoorOptions options, const common::Identification& identification,
                 std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness)
      : options_{std::move(options)},
        identification_{identification},
        runner_{std::move(runner)},
        readiness_{std::move(readiness)},
        service_{[this](const std::string& alias) { return account_of(alias); }, reader_} {}

  void handle(const http::Request& request, http::Responder responder) {
    switch (request.method) {
      case http::Method::post: return post(request, std::move(responder));
      case http::Method::get:
      case http::Method::head: return responder.send(page(request));
      case http::Method::put:
      case http::Method::patch:
      case http::Method::delete_:
      case http::Method::options:
      case http::Method::other: break;
    }
    http::Response response = bare(405, label);
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    responder.send(std::move(response));
  }

 private:
  std::optional<model::AccountId> account_of(const std::string& alias) const {
    if (options_.databases.empty()) return "default";
    const auto found = options_.databases.find(alias);
    return found == options_.databases.end() ? std::nullopt : std::optional{found->second};
  }

  http::Response page(const http::Request& request) const {
    http::Response response{
        .status = 200, .content_type = "text/xml; charset=utf-8", .headers = {}, .body = {}, .label = "page"};
    if (lower(request.query) == "wsdl") {
      response.body = contract_at(address_of(request));
    } else {
      response.content_type = "text/html; charset=utf-8";
      response.body = help_page();
    }
    return response;
  }

  /// As the caller sees it: the Host of the request, or the one that a listed proxy was asked for.
  std::string address_of(const http::Request& request) const {
    std::string_view scheme = "http";
    std::string_view host = request.header("Host").value_or("localhost");
    if (identification_.is_from_proxy(request)) {
      host = request.header("X-Forwarded-Host").value_or(host);
      if (request.header("X-Forwarded-Proto") == "https") scheme = "https";
    }
    return std::string{scheme}.append("://").append(host).append(request.path);
  }

  void post(const http::Request& request, http::Responder responder) {
    const ContentType type = parse_content_type(request.header("Content-Type").value_or(""));
    const bool is_soap12_type = type.media_type == "application/soap+xml";
    const bool is_readable = (type.media_type == "text/xml" || is_soap12_type) && is_utf8_name(type.charset) &&
                             !request.header("Content-Encoding");
    if (!is_readable) return responder.send(bare(415, label));

    EnvelopeOutline outline;
    if (!read_outline(reader_, request.body, outline)) return responder.send(bare(400, label));
    if (outline.version == SoapVersion::v11 && outline.root_is_envelope && is_soap12_type)
      return responder.send(bare(415, label));
    if (auto fault = envelope_fault(outline)) return responder.send(std::move(*fault));

    const auto header = is_soap12_type ? std::nullopt : request.header("SOAPAction");
    const auto action = header ? std::optional{action_of(*header)} : std::nullopt;
    const std::string_view operation = action ? operation_of_action(*action) : route(outline, type.action);
    if (operation.empty()) return responder.send(routing_fault(outline, action));
    call(request, std::move(responder), outline, operation);
  }

  static std::optional<http::Response> envelope_fault(const EnvelopeOutline& outline) {
    const bool is_soap =
        outline.root_namespace == envelope_namespace_11 || outline.root_namespace == envelope_namespace_12;
    if (!is_soap) {
      return stack_fault(SoapVersion::v11, FaultSide::version_mismatch,
                         "Possible SOAP version mismatch: Envelope namespace " + outline.root_namespace +
                             " was unexpected. Expecting " + std::string{envelope_namespace_11} + ".",
                         label);
    }
    if (!outline.has_body) {
      return stack_fault(
          outline.version, FaultSide::client,
          "Server was unable to read request. ---> Request format is invalid: Missing required soap:Body element.",
          label);
    }
    if (outline.must_understand) {
      return stack_fault(outline.version, FaultSide::must_understand, "SOAP header was not understood.", label);
    }
    return std::nullopt;
  }

  /// Without a SOAPAction header: the content type's action, if it is known, else the first element in the body
  /// (reference, 4.3). Empty when neither is known.
  static std::string_view route(const EnvelopeOutline& outline, std::string_view content_type_action) {
    if (const auto operation = operation_of_action(content_type_action); !operation.empty()) return operation;
    return outline.operation_namespace == service_namespace ? known_operation(outline.operation) : std::string_view{};
  }

  static http::Response routing_fault(const EnvelopeOutline& outline, const std::optional<std::string>& action) {
    const std::string text =
        action ? "Server did not recognize the value of HTTP Header SOAPAction: " + *action + "."
               : "Unable to handle request without a valid action parameter. Please supply a valid soap action.";
    return stack_fault(outline.version, FaultSide::client, text, label);
  }

  void call(const http::Request& request, http::Responder responder, const EnvelopeOutline& outline,
            std::string_view operation) {
    // Where the body holds something else than the action says, its parameters are not the operation's: all take
    // defaults.
    const bool body_matches = outline.operation == operation && outline.operation_namespace == service_namespace;
    ReadCall read = service_.read(operation, body_matches ? std::string_view{outline.parameters} : std::string_view{});

    if (const auto* flaw = std::get_if<Unreadable>(&read)) {
      return responder.send(stack_fault(
          outline.version, FaultSide::client,
          "Server was unable to read request. ---> There is an error in XML document (1, 1). ---> " + flaw->reason,
          operation));
    }
    if (const auto* code = std::get_if<model::ErrorCode>(&read)) {
      return responder.send(operation_fault(outline.version, *code, operation));
    }
    carry_out(request, std::move(responder), outline.version, std::get<Call>(std::move(read)));
  }

  void carry_out(const http::Request& request, http::Responder responder, SoapVersion version, Call call) {
    if (!call.command) {
      const bool healthy = call.shape != AnswerShape::health || !readiness_();
      return responder.send(healthy
                                ? answer(version, call.operation, members_of(call.shape, {}, options_.server_version))
                                : operation_fault(version, model::ErrorCode::server_busy, call.operation));
    }
    common::Identity identity = identification_.of(request, model::Door::soap);
    auto key = common::idempotency_key(request, identity, call.operation, *call.command);
    if (!key) return responder.send(stack_fault(version, FaultSide::client, key.error(), call.operation));

    runner_->run(std::move(*call.command), std::move(identity.caller), std::move(*key),
                 [this, version, operation = call.operation, shape = call.shape,
                  responder = std::move(responder)](model::Outcome&& outcome) mutable {
                   responder.send(outcome
                                      ? answer(version, operation, members_of(shape, *outcome, options_.server_version))
                                      : operation_fault(version, outcome.error().code, operation));
                 });
  }

  SoapDoorOptions options_;
  const common::Identification& identification_;
  std::unique_ptr<common::OperationRunner> runner_;
  common::Readiness readiness_;
  XmlReader reader_;
  StorageServerService service_;
};

SoapDoor::SoapDoor(SoapDoorOptions options, const common::Identification& identification,
                   std::unique_ptr<common::OperationRunner> runner, common::Readiness readiness)
    : implementation_{std::make_unique<Implementation>(std::move(options), identification, std::move(runner),
                                                       std::move(readiness))} {}

SoapDoor::~SoapDoor() = default;

bool SoapDoor::owns(std::string_view path) const {
  constexpr std::string_view service = "/storageserver/storageserverservice.asmx";
  const std::string asked = lower(path);
  if (!asked.ends_with(service)) return false;
  const std::string_view folder = std::string_view{asked}.substr(0, asked.size() - service.size());
  return folder.empty() || (folder.front() == '/' && folder.find('/', 1) == std::string_view::npos);
}

void SoapDoor::handle(const http::Request& request, http::Responder responder) {
  implementation_->handle(request, std::move(responder));
}

http::Response SoapDoor::refuse(unsigned status, std::string_view) {
  switch (status) {
    case 500: return operation_fault(SoapVersion::v11, model::ErrorCode::internal_failure, label);
    case 503: return operation_fault(SoapVersion::v11, model::ErrorCode::server_busy, label);
    case 504: return operation_fault(SoapVersion::v11, model::ErrorCode::outcome_unknown, label);
    case 408: return stack_fault(SoapVersion::v11, FaultSide::client, "The request came too slowly.", label);
    case 413: return stack_fault(SoapVersion::v11, FaultSide::client, "Maximum request length exceeded.", label);
    case 431: return stack_fault(SoapVersion::v11, FaultSide::client, "The request's header is too long.", label);
    default: return bare(status, label);
  }
}

}  // namespace tally::soap
