// What strangers send to the floating server's door, from the query and the body to the parameters: libFuzzer finds the
// inputs, the sanitizers and the checks below find the mistakes. `./dev fuzz` builds and runs it.
//
// An input is the query ("-" for none), a line feed, the body.

#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "floating_refusal.hpp"
#include "request_parameters.hpp"
#include "tally/common/json_text.hpp"
#include "tally/model/names.hpp"

namespace tally::floating {
namespace {

constexpr std::size_t text_bytes_max = 256;
constexpr auto units_max = model::Quantity::units(1'000'000'000'000);

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_floating: %s\n", what);
  std::abort();
}

std::expected<Parameters, Mistake> read(std::string_view input) {
  const auto query = input.substr(0, input.find('\n'));
  http::Request request;
  request.method = http::Method::post;
  if (query != "-") request.query = query;
  request.body = input.substr(std::min(query.size() + 1, input.size()));
  return read_parameters(request);
}

/// Every value, told apart from its absence.
std::string written(const Parameters& p) {
  std::string text;
  const auto add = [&](std::string_view value) {
    text.append(std::to_string(value.size())).append(1, ':').append(value);
  };
  for (const auto* value :
       {&p.product, &p.feature, &p.user, &p.hardware_id, &p.license_key, &p.computer, &p.address, &p.account_user})
    add(*value);
  add(p.license ? std::to_string(p.license->value) : "-");
  add(p.consumptions ? to_string(*p.consumptions) : "-");
  add(p.allow_overages ? std::to_string(*p.allow_overages) : "-");
  add(p.max_overages ? to_string(*p.max_overages) : "-");
  add(p.borrowed_until ? std::to_string(p.borrowed_until->time_since_epoch().count()) : "-");
  return text;
}

/// What the engine and the ledger rely on.
void check(const Parameters& p) {
  for (const auto* text :
       {&p.product, &p.feature, &p.user, &p.hardware_id, &p.license_key, &p.computer, &p.address, &p.account_user}) {
    require(text->size() <= text_bytes_max, "a text that is too long");
    require(model::is_utf8(*text) && !model::has_control_characters(*text), "a text that is none");
    std::string json;
    common::append_json_text(json, *text);
    require(boost::json::parse(json).as_string() == *text, "a text that a reply would tell otherwise");
  }
  if (p.consumptions) require(*p.consumptions <= units_max && -*p.consumptions <= units_max, "too many units");
  if (p.max_overages)
    require(*p.max_overages <= units_max && *p.max_overages >= model::Quantity{}, "overages out of range");
}

void check(const Mistake& mistake) {
  require(mistake.code == "invalid_json" || mistake.code == "validation_error", "a code of no meaning");
  const auto response = refusal(400, mistake.code, mistake.message, "fuzz");
  require(boost::json::parse(response.body).as_object().size() == 3, "a refusal without its three members");
}

}  // namespace
}  // namespace tally::floating

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::floating;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto first = read(input);
  const auto again = read(input);
  require(first.has_value() == again.has_value(), "the same request read otherwise the second time");
  if (first) {
    check(*first);
    require(written(*first) == written(*again), "the same request read otherwise the second time");
  } else {
    check(first.error());
    require(first.error().message == again.error().message, "another refusal the second time");
  }
  return 0;
}
