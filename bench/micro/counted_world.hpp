#pragma once

#include <string>
#include <vector>

#include "tally/engine/command.hpp"
#include "tally/engine/state.hpp"

namespace tally::bench {

inline constexpr std::size_t world_size = 20'000;

inline model::Guid guid_of(std::uint64_t kind, std::size_t number) {
  model::Guid guid;
  guid.bytes[0] = static_cast<std::uint8_t>(kind);
  for (std::size_t byte = 0; byte < 8; ++byte) guid.bytes[15 - byte] = static_cast<std::uint8_t>(number >> 8 * byte);
  return guid;
}
inline model::SessionId session_of(std::size_t number) { return guid_of(1, number); }
inline model::Guid option_of(std::size_t number) { return guid_of(2, number); }

/// As many sessions as options, each option with a limit that nobody reaches.
inline engine::State counted_world(model::Now now) {
  storage::Snapshot snapshot;
  model::License license{.id = {1}, .product = "p", .name = "p", .key = "p", .type = "subscription"};
  for (std::size_t i = 0; i < world_size; ++i) {
    const std::string code = "option-" + std::to_string(i);
    license.features.push_back(
        {.id = option_of(i), .code = code, .name = code, .maximum = model::Quantity::units(1'000'000)});
    snapshot.counters.push_back({.id = {static_cast<std::int64_t>(i) + 1},
                                 .account = "default",
                                 .license = {1},
                                 .feature = code,
                                 .option = option_of(i)});
    snapshot.sessions.push_back({.id = session_of(i),
                                 .account = "default",
                                 .user = "anonymous",
                                 .computer = "127.0.0.1",
                                 .address = "127.0.0.1",
                                 .login_time = now.wall,
                                 .last_contact = now.wall});
  }
  snapshot.catalog.accounts.push_back({.id = "default", .name = "Default", .licenses = {std::move(license)}});
  return engine::State::load(std::move(snapshot), now);
}

inline engine::Request request_for(engine::Command command) {
  engine::Request request;
  request.command = std::move(command);
  request.caller = {.user = "anonymous", .address = "127.0.0.1", .door = model::Door::soap};
  return request;
}
inline engine::Request take(std::size_t session, std::size_t option) {
  return request_for(engine::TakePlace{.session = session_of(session), .option = option_of(option)});
}
inline engine::Request give_back(std::size_t session, std::size_t option) {
  return request_for(engine::GiveBack{.session = session_of(session), .option = option_of(option)});
}

}  // namespace tally::bench
