#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tally/logging/log.hpp"

namespace tally::logging {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// What a line says.
struct Line {
  Moment at;
  Level level = Level::info;
  Channel channel = Channel::server;
  std::string_view message;
  std::initializer_list<Attribute> attributes;
};

/// Appends the line with its line break: `2026-01-02T03:04:05.123456Z info http request finished op=X status=200`.
///
/// Values with anything but plain characters are quoted. Whatever could begin a new line or steer a terminal is escaped
/// as \n, \t, \u0085 or (bytes that are no UTF-8) \xff, so no caller can forge a line.
void append_text_line(const Line& line, std::string& text);

/// Appends the line as one JSON object: time, level, channel, message, then the attributes. Bytes that are no UTF-8
/// become U+FFFD; numbers that JSON does not have become null.
void append_json_line(const Line& line, std::string& text);

}  // namespace tally::logging
