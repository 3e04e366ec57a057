#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <utility>

#include "answer_box.hpp"
#include "fake_io_thread.hpp"
#include "sent_request.hpp"

namespace tally::common::test {

/// Asks a door and goes round until its one answer is there.
template<class Door>
http::Response answer_of(Door& door, FakeIoThread& thread, const SentRequest& request) {
  const auto box = std::make_shared<AnswerBox>();
  door.handle(request.view(), http::Responder{box});
  REQUIRE(thread.run_until([&] { return !box->answers.empty() || box->abandoned > 0; }));
  REQUIRE(box->abandoned == 0);
  REQUIRE(box->answers.size() == 1);
  return std::move(box->answers.front());
}

}  // namespace tally::common::test
