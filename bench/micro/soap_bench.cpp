#include <benchmark/benchmark.h>

#include <array>

#include "call_reader.hpp"
#include "canonical_call.hpp"
#include "envelope_writer.hpp"
#include "sample_request.hpp"

namespace tally::bench {
namespace {

/// A request to the door, with what it refers to.
struct Sample {
  std::string body = sample_body();
  std::array<http::Field, 2> fields{http::Field{"Content-Type", sample_content_type},
                                    http::Field{"SOAPAction", sample_action}};
  http::Request request;
  Sample() {
    request.method = http::Method::post;
    request.fields = fields;
    request.body = body;
  }
};

void call_is_read_by_bytes(benchmark::State& state) {
  const Sample sample;
  if (!soap::read_canonical_call(sample.request)) state.SkipWithError("not read");
  for (auto _ : state) benchmark::DoNotOptimize(soap::read_canonical_call(sample.request));
}
BENCHMARK(call_is_read_by_bytes);

/// The same call in a shape that is left to Expat and gSOAP.
void call_is_read_by_gsoap(benchmark::State& state) {
  const Sample sample;
  soap::CallReader reader{[](const std::string&) { return std::optional<model::AccountId>{"default"}; }};
  if (!std::holds_alternative<soap::SoapCall>(reader.read_any(sample.request))) state.SkipWithError("not read");
  for (auto _ : state) benchmark::DoNotOptimize(reader.read_any(sample.request));
}
BENCHMARK(call_is_read_by_gsoap);

void answer_is_written(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(soap::answer(soap::SoapVersion::v11, "IncrementFeatureUsage", {}));
}
BENCHMARK(answer_is_written);

void fault_is_written(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(soap::operation_fault(soap::SoapVersion::v11, model::ErrorCode::feature_limit, "x"));
  }
}
BENCHMARK(fault_is_written);

}  // namespace
}  // namespace tally::bench
