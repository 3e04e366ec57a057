#pragma once

#include <expected>

#include "event_logger.hpp"
#include "failure.hpp"
#include "tally/config/options.hpp"
#include "tally/engine/writer.hpp"

namespace tally {

/// Serves until SIGTERM or SIGINT, then drains and commits. Both signals must be blocked in every thread.
[[nodiscard]] std::expected<void, Failure> serve(const config::ServeOptions& options, EventLogger& events);

/// How a writer is to behave by these settings.
[[nodiscard]] engine::WriterOptions writer_options(const config::ServeOptions& options, const std::string& advertise);

/// What a writer that did not start means for the command line.
[[nodiscard]] Failure failure_of(const engine::StartFailure& failure);

/// What a refused command means for the command line.
[[nodiscard]] Failure failure_of(const model::Refusal& refusal);

}  // namespace tally
