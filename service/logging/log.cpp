#include "tally/logging/log.hpp"

#include <unistd.h>

#include <atomic>
#include <boost/log/attributes/attribute_value_impl.hpp>
#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core/core.hpp>
#include <boost/log/core/record.hpp>
#include <boost/log/sinks/sink.hpp>
#include <boost/make_shared.hpp>

#include "line_queue.hpp"
#include "line_text.hpp"

namespace tally::logging {
namespace {

namespace boost_log = boost::log;

/// Above every level: nothing is logged.
constexpr int off = static_cast<int>(Level::error) + 1;

/// The attribute of a Boost.Log record that carries the finished line.
const boost_log::attribute_name line_attribute{"Line"};

std::string dropped_line(Format format, std::uint64_t dropped) {
  std::string text;
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const std::initializer_list<Attribute> attributes{{"lines", dropped}};
  const Line line{now, Level::warning, Channel::server, "log lines were dropped", attributes};
  format == Format::json ? append_json_line(line, text) : append_text_line(line, text);
  return text;
}

/// Our end of Boost.Log. The front-ends that come with it either lock around each write or queue whole records; ours
/// takes the line out of the record at once, so a record may refer to text of its caller.
class StderrSink : public boost_log::sinks::sink {
 public:
  explicit StderrSink(Format format)
      : sink{false}, queue_{STDERR_FILENO, [format](std::uint64_t dropped) { return dropped_line(format, dropped); }} {}

  bool will_consume(const boost_log::attribute_value_set&) override { return true; }
  void consume(const boost_log::record_view& record) override {
    const auto line = record[line_attribute].extract<std::string_view>();
    if (line) queue_.add(line.get());
  }
  void flush() override {}

 private:
  LineQueue queue_;
};

std::atomic<int> least_level{off};
std::atomic<Format> chosen_format{Format::text};
boost::shared_ptr<StderrSink> current_sink;

void push(std::string_view line) {
  const auto core = boost_log::core::get();
  boost_log::attribute_value_set values{1};
  values.insert(line_attribute, boost_log::attributes::make_attribute_value(line));
  if (auto record = core->open_record(std::move(values))) core->push_record(std::move(record));
}

}  // namespace

void start(Level least, Format format) {
  chosen_format = format;
  current_sink = boost::make_shared<StderrSink>(format);
  boost_log::core::get()->add_sink(current_sink);
  least_level = static_cast<int>(least);
}

void stop() {
  least_level = off;
  if (current_sink == nullptr) return;
  boost_log::core::get()->remove_sink(current_sink);
  current_sink.reset();
}

bool enabled(Channel, Level level) noexcept {
  return static_cast<int>(level) >= least_level.load(std::memory_order_relaxed);
}

void log(Level level, Channel channel, std::string_view message, std::initializer_list<Attribute> attributes) noexcept {
  if (!enabled(channel, level)) return;
  try {
    thread_local std::string text;
    text.clear();
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const Line line{now, level, channel, message, attributes};
    chosen_format == Format::json ? append_json_line(line, text) : append_text_line(line, text);
    push(text);
  } catch (...) {
    // Out of memory: a lost line is better than a lost process.
  }
}

}  // namespace tally::logging
