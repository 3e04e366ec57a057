#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include "tally/logging/level.hpp"

namespace tally::logging {

/// Which part of the program speaks.
enum class Channel { server, http, engine, storage, cluster, soap, admin };

inline constexpr std::array<std::string_view, 7> channel_names{"server",  "http", "engine", "storage",
                                                               "cluster", "soap", "admin"};

[[nodiscard]] constexpr std::string_view name_of(Channel channel) {
  return channel_names[static_cast<std::size_t>(channel)];
}

/// A named value of a line. It refers to the caller's text and is used within the call only.
struct Attribute {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  // One constructor for each kind of value, because a variant alone would take a text literal for a bool.
  Attribute(std::string_view the_name, std::string_view text) : name{the_name}, value{text} {}
  Attribute(std::string_view the_name, const char* text) : name{the_name}, value{std::string_view{text}} {}
  Attribute(std::string_view the_name, std::same_as<bool> auto flag) : name{the_name}, value{flag} {}
  Attribute(std::string_view the_name, std::floating_point auto number) : name{the_name}, value{double{number}} {}
  Attribute(std::string_view the_name, std::signed_integral auto number)
      : name{the_name}, value{std::int64_t{number}} {}
  Attribute(std::string_view the_name,
            std::unsigned_integral auto number) requires(!std::same_as<decltype(number), bool>)
      : name{the_name}, value{std::uint64_t{number}} {}

  std::string_view name;  ///< letters, digits and _; from the source code, never from a caller
  Value value;            ///< may come from a caller: text is quoted and escaped, longer than 4096 bytes it is cut
};

/// Starts logging of lines that matter at least as much as `least`, to stderr, from a thread that blocks all signals.
/// Once in a process, before other threads log; call stop before main returns.
void start(Level least, Format format);

/// Writes what is waiting, for five seconds at most, and ends the thread; logging after it does nothing.
void stop();

/// Whether such a line would be written: a load and a comparison. False before start and after stop. All channels share
/// one level today.
[[nodiscard]] bool enabled(Channel channel, Level level) noexcept;

/// Logs one line: time, level, channel, message and the attributes in their order. `message` is a fixed text, what
/// varies goes into attributes. When the level is off nothing is formatted. Never waits for stderr: lines that come
/// while 4 MiB are waiting are dropped, and their number is logged as soon as there is room. Failures of stderr are
/// swallowed. Safe from any thread; lines of one thread keep their order.
void log(Level level, Channel channel, std::string_view message,
         std::initializer_list<Attribute> attributes = {}) noexcept;

}  // namespace tally::logging
