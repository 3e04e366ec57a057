#include "answer_members.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "envelope_writer.hpp"
#include "lock_texts.hpp"
#include "number_texts.hpp"
#include "session_texts.hpp"

namespace tally::soap {
namespace {

/// Days since 1899-12-30 00:00 UTC, time of day as the fraction (OLE Automation date).
std::string ole_automation_date(std::chrono::system_clock::time_point now) {
  using Days = std::chrono::duration<double, std::chrono::days::period>;
  constexpr std::chrono::sys_days day_zero = std::chrono::year{1899} / 12 / 30;
  const double days = std::chrono::duration_cast<Days>(now - day_zero).count();
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), days);
  return {text.data(), written.ptr};
}

std::string login_members(const model::SessionView& view, std::string_view version) {
  std::string xml;
  append_element(xml, "sessionId", to_string(view.session.id));
  append_element(xml, "userSettings", session_settings_text(view, version));
  return xml;
}

struct CursorInfo {
  model::Guid id;
  std::uint32_t pages = 0;
  std::uint32_t rows = 0;
};

void append_cursor_info(std::string& xml, std::string_view name, const CursorInfo& cursor,
                        std::string_view first_page) {
  xml.append("<").append(name).append(">");
  append_element(xml, "ID", to_string(cursor.id));
  append_element(xml, "PageCount", std::to_string(cursor.pages));
  append_element(xml, "RowCount", std::to_string(cursor.rows));
  append_element(xml, "FirstPage", first_page);
  append_element(xml, "UsingCompression", "false");
  xml.append("</").append(name).append(">");
}

/// All fits one page, so no cursor is opened: its id is zero.
std::string login_ex_members(const model::SessionView& view, std::string_view version) {
  std::string xml;
  append_element(xml, "sessionId", to_string(view.session.id));
  append_cursor_info(xml, "sessionLoginResponse", {.pages = 1, .rows = 1}, session_settings_text(view, version));
  return xml;
}

std::string single_member(std::string_view name, std::string_view value) {
  std::string xml;
  append_element(xml, name, value);
  return xml;
}

std::string with_compression(std::string xml) {
  append_element(xml, "usingCompression", "false");
  return xml;
}

std::string number_and_id_members(const model::IssuedNumber& issued) {
  std::string xml = single_member("number", std::to_string(issued.number));
  append_element(xml, "NumberId", to_string(issued.id));
  return xml;
}

std::string number_list_members(const model::NumberList& list) {
  std::string xml;
  append_cursor_info(xml, "cursorInfo", {.id = list.cursor, .pages = list.pages, .rows = list.rows},
                     number_page_text(list.first_page));
  return xml;
}

std::string lock_members(const model::LockView& view) {
  std::string xml = single_member("lockStatus", lock_status(view.state));
  append_element(xml, "ownerName", view.owner);
  return xml;
}

std::string profile_members(const model::Profile& profile) {
  std::string xml = single_member("curUserName", profile.user);
  append_element(xml, "userRefId", to_string(profile.id));
  return xml;
}

template<class Kind>
const Kind& reading(const model::Answer& answer) {
  return std::get<Kind>(std::get<model::Reading>(answer));
}

}  // namespace

std::string members_of(AnswerShape shape, const model::Answer& answer, std::string_view version) {
  switch (shape) {
    case AnswerShape::nothing: return {};
    case AnswerShape::login: return login_members(std::get<model::SessionView>(answer), version);
    case AnswerShape::login_ex: return login_ex_members(std::get<model::SessionView>(answer), version);
    case AnswerShape::settings:
      return single_member("settings", session_settings_text(std::get<model::SessionView>(answer), version));
    case AnswerShape::session_list:
      return single_member("sessions", session_list_text(std::get<model::SessionList>(answer)));
    case AnswerShape::health: return single_member("result", "Running");
    case AnswerShape::server_time:
      return single_member("curDateTime", ole_automation_date(std::chrono::system_clock::now()));
    case AnswerShape::number_id: return single_member("NumberId", to_string(std::get<model::IssuedNumber>(answer).id));
    case AnswerShape::number:
      return single_member("number", std::to_string(std::get<model::IssuedNumber>(answer).number));
    case AnswerShape::number_and_id: return number_and_id_members(std::get<model::IssuedNumber>(answer));
    case AnswerShape::number_status:
      return single_member("numberStatus", number_status(reading<model::NumberStatus>(answer)));
    case AnswerShape::number_list: return number_list_members(reading<model::NumberList>(answer));
    case AnswerShape::page:
      return with_compression(single_member("data", number_page_text(reading<model::NumberPage>(answer))));
    case AnswerShape::page_count:
      return single_member("count", std::to_string(reading<model::PageCount>(answer).pages));
    case AnswerShape::failed_items:
      return single_member("failedItems", items_text(std::get<model::FailedItems>(answer).resources));
    case AnswerShape::lock: return lock_members(reading<model::LockView>(answer));
    case AnswerShape::lock_list:
      return with_compression(single_member("lockedObjects", lock_list_text(reading<model::LockList>(answer))));
    case AnswerShape::profile: return profile_members(reading<model::Profile>(answer));
    case AnswerShape::account_name: return single_member("userAccount", reading<model::Profile>(answer).user);
  }
  return {};
}

}  // namespace tally::soap
