#pragma once

#include <exception>
#include <utility>

#include "tally/http/server_observer.hpp"

namespace tally::http {

/// Runs code that is not ours; an exception is reported and goes no further. Whether there was none.
template<class Task>
bool run_guarded(Observer& observer, Task&& task) noexcept {
  try {
    std::forward<Task>(task)();
    return true;
  } catch (const std::exception& error) {
    observer.handler_failed(error.what());
  } catch (...) {
    observer.handler_failed("an exception of unknown type");
  }
  return false;
}

}  // namespace tally::http
