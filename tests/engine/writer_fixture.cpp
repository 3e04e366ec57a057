#include "writer_fixture.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>

namespace tally::engine::test {

bool eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

model::Now TestClock::now() {
  const std::chrono::milliseconds added{added_.load()};
  return {std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) + added,
          std::chrono::steady_clock::now() + added};
}

void Answers::deliver(std::vector<Reply>&& replies) noexcept {
  const std::lock_guard lock{mutex_};
  for (auto& reply : replies) twice_ |= !outcomes_.emplace(reply.ticket, std::move(reply.outcome)).second;
  changed_.notify_all();
}

model::Outcome Answers::of(std::uint64_t ticket) {
  std::unique_lock lock{mutex_};
  REQUIRE(changed_.wait_for(lock, patience, [&] { return outcomes_.contains(ticket); }));
  return outcomes_.at(ticket);
}

std::size_t Answers::count() const {
  const std::lock_guard lock{mutex_};
  return outcomes_.size();
}

bool Answers::twice() const {
  const std::lock_guard lock{mutex_};
  return twice_;
}

void Reports::report(const Report& report) {
  const std::lock_guard lock{mutex_};
  all_.push_back(report);
}

storage::OpenResult GatedLedger::open(const storage::TermRow& mine, model::Instant now, std::stop_token stop) {
  if (opening_) {
    if (auto ruled = opening_()) return *ruled;
  }
  return inner_.open(mine, now, stop);
}

void GatedLedger::send(const storage::Group& group) {
  if (throws_.exchange(false)) throw std::runtime_error{"out of something"};
  if (on_send) on_send(sent_ + 1);
  inner_.send(group);
  ++sent_;
}

storage::CommitResult GatedLedger::receive(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + std::min(limit, std::chrono::milliseconds{5});
  while (held_back_ && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  return held_back_ ? storage::CommitResult{storage::StillWaiting{}} : inner_.receive(limit);
}

storage::RecoverResult GatedLedger::recover(const storage::Doubt& doubt, const storage::TermRow& mine,
                                            model::Instant now) {
  if (recovery_) {
    if (auto ruled = recovery_()) return *ruled;
  }
  return inner_.recover(doubt, mine, now);
}

WriterOptions Office::quiet() {
  WriterOptions options;
  options.rules.idle_timeout = idle_timeout;
  options.term = {.advertise = "here", .secret = "secret", .duration = std::chrono::hours{1}};
  options.groups_on_their_way_max = 1;
  options.fold_when_idle = std::chrono::hours{1'000};
  options.fold_under_load = std::chrono::hours{1'000};
  options.contacts_folded_every = std::chrono::hours{1'000};
  return options;
}

Office::Office(memory::MemoryStore& store, TestClock& its_clock, WriterOptions options)
    : clock{its_clock}, ledger{store}, writer{ledger, std::move(options), its_clock, reports} {}

Office::~Office() {
  ledger.keep_answers_back(false);
  writer.stop(patience);
  CHECK_FALSE(answers.twice());
}

std::uint64_t Office::submit(Command command, const Caller& caller, std::optional<model::IdempotencyKey> idempotency,
                             std::chrono::milliseconds waits) {
  std::vector<Request> one(1);
  one[0].command = std::move(command);
  one[0].caller = caller;
  one[0].idempotency = std::move(idempotency);
  one[0].deadline = clock.now().monotonic + waits;
  one[0].sink = &answers;
  one[0].ticket = next_ticket_++;
  const auto ticket = one[0].ticket;
  writer.submit(std::move(one));
  return ticket;
}

model::Outcome Office::ask(Command command, const Caller& caller, std::optional<model::IdempotencyKey> idempotency) {
  return answers.of(submit(std::move(command), caller, std::move(idempotency)));
}

std::optional<model::ErrorCode> Office::code_of(const model::Outcome& outcome) const {
  return outcome ? std::nullopt : std::optional{outcome.error().code};
}

void furnish(Office& office, std::optional<std::int64_t> maximum) {
  REQUIRE(office.writer.start());
  REQUIRE(office.ask(import_of(catalog({license(1, {feature(1, maximum)})})), administrator()));
  for (const int session : {101, 102}) {
    REQUIRE(office.ask(OpenSession{.account = "default", .id = guid(session), .database = {}, .settings = {}}));
  }
}

TakePlace take(int session) { return {.session = guid(session), .option = guid(1)}; }

std::vector<model::Event> grants(const memory::MemoryStore& store) {
  std::vector<model::Event> all;
  for (const auto& group : store.groups()) {
    for (const auto& event : group.events) {
      if (event.kind == model::EventKind::granted) all.push_back(event);
    }
  }
  return all;
}

}  // namespace tally::engine::test
