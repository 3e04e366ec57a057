#include "number_texts.hpp"

#include "attribute_texts.hpp"

namespace tally::soap {

std::string_view number_status(model::NumberStatus status) {
  switch (status) {
    case model::NumberStatus::free: return "NUMBER_STATUS_FREE";
    case model::NumberStatus::in_use: return "NUMBER_STATUS_IN_USE";
    case model::NumberStatus::not_existing: return "NUMBER_STATUS_NOT_EXISTS";
  }
  return {};
}

std::string number_page_text(const model::NumberPage& page) {
  std::string xml = "<Numbers>";
  for (const auto& run : page.runs) {
    const std::string status = std::to_string(static_cast<int>(run.status));
    for (std::int64_t number = run.numbers.first; number <= run.numbers.last; ++number) {
      xml += "<Number";
      append_attribute(xml, "Value", std::to_string(number));
      append_attribute(xml, "Status", status);
      xml += " />";
    }
  }
  return xml + "</Numbers>";
}

}  // namespace tally::soap
