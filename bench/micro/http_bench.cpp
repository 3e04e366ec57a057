#include <benchmark/benchmark.h>

#include <algorithm>

#include "incoming.hpp"
#include "response_head.hpp"
#include "sample_request.hpp"
#include "tally/http/request.hpp"

namespace tally::bench {
namespace {

/// Bytes as they were received to a request.
void request_is_parsed(benchmark::State& state) {
  const http::Limits limits;
  const std::string bytes = sample_request();
  http::Incoming incoming{limits};
  http::Request request;
  for (auto _ : state) {
    const auto space = incoming.space();
    std::ranges::copy(bytes, space.begin());
    incoming.add(bytes.size());
    if (incoming.step() != http::Incoming::Step::complete) state.SkipWithError("not a request");
    incoming.fill(request);
    benchmark::DoNotOptimize(request);
    incoming.next();
  }
}
BENCHMARK(request_is_parsed);

void response_head_is_written(benchmark::State& state) {
  http::ResponseHead head;
  const http::Response response{.content_type = "text/xml; charset=utf-8",
                                .cache_control = "private, max-age=0",
                                .headers = {},
                                .body = std::string(400, 'x'),
                                .label = {}};
  for (auto _ : state) benchmark::DoNotOptimize(head.write(response, {}));
}
BENCHMARK(response_head_is_written);

}  // namespace
}  // namespace tally::bench
