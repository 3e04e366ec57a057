// What strangers post to the SOAP door, from the headers to the command: libFuzzer finds the inputs, the sanitizers and
// the checks below find the mistakes. `./dev fuzz` builds and runs it.
//
// An input is the Content-Type, a line feed, the SOAPAction ("-" for none), a line feed, the body.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "call_reader.hpp"
#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_soap: %s\n", what);
  std::abort();
}

std::string_view take_line(std::string_view& input) {
  const auto line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(line.size() + 1, input.size()));
  return line;
}

/// A fault is a document, whatever of the request it repeats.
struct Nothing final : XmlHandler {
  void start(int, std::string_view, std::string_view, Attributes) override {}
  void text(int, std::string_view) override {}
  void end(int) override {}
};

using Read = std::variant<SoapCall, http::Response>;

enum class Way { as_usual, by_the_parser };

Read read(CallReader& reader, std::string_view input, Way way = Way::as_usual) {
  const auto content_type = take_line(input);
  const auto action = take_line(input);
  const std::array fields{http::Field{"Content-Type", content_type}, http::Field{"SOAPAction", action}};
  http::Request request;
  request.method = http::Method::post;
  request.fields = std::span{fields}.first(action == "-" ? 1 : 2);
  request.body = input;
  return way == Way::as_usual ? reader.read(request) : reader.read_any(request);
}

/// The calls that are read without a parser have guids for parameters.
std::string written(const Call& call) {
  std::string text{call.operation};
  if (!call.command) return text;
  if (const auto* take = std::get_if<engine::TakePlace>(&*call.command))
    return text + " takes " + to_string(take->session) + ' ' + to_string(take->option);
  if (const auto* back = std::get_if<engine::GiveBack>(&*call.command))
    return text + " gives back " + to_string(back->session) + ' ' + to_string(back->option);
  if (const auto* alive = std::get_if<engine::KeepAlive>(&*call.command)) return text + ' ' + to_string(alive->session);
  return text;
}

void check(const http::Response& response) {
  require(response.status == 400 || response.status == 415 || response.status == 500, "a status of no meaning");
  require((response.status == 500) == !response.body.empty(), "a body where there is none, or none where there is one");
  if (response.body.empty()) return;
  XmlReader reader;
  Nothing nobody;
  require(reader.read(response.body, nobody), "a fault that is no document");
}

}  // namespace
}  // namespace tally::soap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::soap;
  static CallReader reader{[](const std::string& alias) { return std::optional<tally::model::AccountId>{alias}; }};
  static const std::string good =
      "text/xml\n-\n<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><HealthCheck xmlns='" +
      std::string{service_namespace} + "'/></e:Body></e:Envelope>";

  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const Read first = read(reader, input);
  const Read again = read(reader, input);
  require(first.index() == again.index(), "the same request read otherwise the second time");
  if (const auto* response = std::get_if<tally::http::Response>(&first)) {
    check(*response);
    require(response->body == std::get<tally::http::Response>(again).body, "another answer the second time");
  }
  const Read parsed = read(reader, input, Way::by_the_parser);
  require(parsed.index() == first.index(), "read without a parser what a parser refuses");
  if (const auto* call = std::get_if<SoapCall>(&first)) {
    const auto& other = std::get<SoapCall>(parsed);
    require(call->version == other.version && written(call->call) == written(other.call),
            "another call than a parser reads");
  }
  require(std::holds_alternative<SoapCall>(read(reader, good)), "something is left behind for the next request");
  return 0;
}
