#include "attribute_texts.hpp"

#include <array>
#include <chrono>
#include <cstdio>

#include "envelope_writer.hpp"

namespace tally::soap {

std::string date_time(model::Instant at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{seconds - day};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

void append_attribute(std::string& xml, std::string_view name, std::string_view value) {
  xml.append(" ").append(name).append("=\"");
  for (const char c : escaped(value)) {
    if (c == '\n') {
      xml += "&#xA;";
    } else if (c == '\t') {
      xml += "&#x9;";
    } else {
      xml += c;
    }
  }
  xml += '"';
}

}  // namespace tally::soap
