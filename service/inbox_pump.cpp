#include "inbox_pump.hpp"

#include "tally/admin/filed_commands.hpp"
#include "tally/logging/log.hpp"
#include "tally/postgres/reports.hpp"

namespace tally {
namespace {

using namespace std::chrono_literals;
using logging::Channel;
using logging::Level;

constexpr auto news_wait = 500ms;
constexpr auto reconnect_pause = 1s;
constexpr auto upkeep_every = 1h;

void keep_up(postgres::Inbox& inbox, const std::string& url) {
  if (auto made = postgres::prepare_partitions(url); !made) {
    logging::log(Level::warning, Channel::storage, "partitions could not be made ahead",
                 {{"reason", std::string_view{made.error()}}});
  }
  if (auto cleaned = inbox.clean_up(); !cleaned) {
    logging::log(Level::warning, Channel::storage, "the inbox could not be cleaned up",
                 {{"reason", std::string_view{cleaned.error()}}});
  }
}

}  // namespace

InboxPump::InboxPump(std::string url, engine::Writer& writer)
    : url_{std::move(url)}, writer_{writer}, thread_{[this](const std::stop_token& stop) { run(stop); }} {}

InboxPump::~InboxPump() { stop(); }

void InboxPump::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void InboxPump::deliver(std::vector<engine::Reply>&& replies) noexcept {
  const std::lock_guard lock{mutex_};
  for (const auto& reply : replies) in_flight_.erase({static_cast<std::int64_t>(reply.ticket)});
}

void InboxPump::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto inbox = postgres::Inbox::connect(url_)) {
      pump(*inbox, stop);
    } else {
      logging::log(Level::debug, Channel::storage, "the inbox can't be reached",
                   {{"reason", std::string_view{inbox.error()}}});
    }
    std::unique_lock lock{mutex_};
    stopping_.wait_for(lock, stop, reconnect_pause, [] { return false; });
  }
}

/// Until the connection is lost.
void InboxPump::pump(postgres::Inbox& inbox, const std::stop_token& stop) {
  auto next_upkeep = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    if (std::chrono::steady_clock::now() >= next_upkeep) {
      keep_up(inbox, url_);
      next_upkeep += upkeep_every;
    }
    const auto commands = inbox.await_commands(news_wait);
    if (!commands) return;
    if (writer_.state() == engine::WriterState::standing_by) continue;  // the writer has a pump of its own
    for (const auto& filed : *commands) submit(filed);
  }
}

void InboxPump::submit(const postgres::FiledCommand& filed) {
  auto command = admin::from_filed(filed.command, filed.arguments);
  {
    const std::lock_guard lock{mutex_};
    if (!command) {
      // Filed by another version: it runs into its deadline, and who filed it says so.
      if (unreadable_.insert(filed.id).second) {
        logging::log(Level::warning, Channel::admin, "a filed command is not understood",
                     {{"inbox", filed.id.value}, {"reason", std::string_view{command.error()}}});
      }
      return;
    }
    if (!in_flight_.insert(filed.id).second) return;
  }
  std::vector<engine::Request> requests;
  requests.push_back(
      {.command = std::move(*command),
       .caller = {.user = filed.user, .administrator = true, .address = {}, .door = model::Door::command_line},
       .idempotency = {},
       .inbox = filed.id,
       .deadline = std::chrono::steady_clock::now() + filed.time_left,
       .sink = this,
       .ticket = static_cast<std::uint64_t>(filed.id.value)});
  writer_.submit(std::move(requests));
}

}  // namespace tally
