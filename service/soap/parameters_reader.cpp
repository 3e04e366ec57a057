#include "parameters_reader.hpp"

#include <algorithm>

#include "envelope_writer.hpp"
#include "soap_version.hpp"

namespace tally::soap {
namespace {

/// What `append_escaped` made of a text, undone.
std::string unescaped(std::string_view xml) {
  struct Escape {
    std::string_view written;
    char character;
  };
  constexpr Escape escapes[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#xD;", '\r'}};
  std::string text;
  while (!xml.empty()) {
    const auto* const escape =
        std::ranges::find_if(escapes, [&](const Escape& each) { return xml.starts_with(each.written); });
    const bool is_escape = escape != std::end(escapes);
    text += is_escape ? escape->character : xml.front();
    xml.remove_prefix(is_escape ? escape->written.size() : 1);
  }
  return text;
}

}  // namespace

const Member* ParametersReader::Level::admit(std::string_view name) {
  const auto found = std::ranges::find(members, name, &Member::name);
  if (found == members.end()) return nullptr;
  const auto bit = std::uint32_t{1} << (found - members.begin());
  if ((seen & bit) != 0) return nullptr;
  seen |= bit;
  return &*found;
}

bool ParametersReader::start(int depth, std::string_view name_space, std::string_view name) {
  if (left_out_from_ != 0) return true;
  const bool is_parameter = depth == parameter_depth;
  if (!is_parameter && (request_.open->type != ValueType::structure || structure_.open != nullptr)) return false;
  Level& level = is_parameter ? request_ : structure_;
  const Member* const member = name_space == service_namespace ? level.admit(name) : nullptr;
  if (member == nullptr) {
    left_out_from_ = depth;
    return true;
  }
  level.open = member;
  if (is_parameter && member->type == ValueType::structure) structure_ = {.members = member->named->members};
  close_start_tag();
  xml_.append("<").append(name);
  value_begin_ = xml_.size() + 1;
  start_tag_is_open_ = true;
  return true;
}

void ParametersReader::text(std::string_view text) {
  if (left_out_from_ != 0 || request_.open == nullptr || text.empty()) return;
  if (request_.open->type == ValueType::structure && structure_.open == nullptr) return;
  close_start_tag();
  append_escaped(xml_, text);
}

std::optional<ValueFlaw> ParametersReader::end(int depth) {
  if (left_out_from_ != 0) {
    if (depth == left_out_from_) left_out_from_ = 0;
    return std::nullopt;
  }
  Level& level = depth == parameter_depth ? request_ : structure_;
  const Member& member = *level.open;
  auto flaw = end_value(member);
  if (start_tag_is_open_) {
    xml_ += "/>";
    start_tag_is_open_ = false;
  } else {
    xml_.append("</").append(member.name).append(">");
  }
  level.open = nullptr;
  return flaw;
}

/// Escaped, a value that is right looks as it is: only what is wrong or surrounded by white space is copied.
std::optional<ValueFlaw> ParametersReader::end_value(const Member& member) {
  if (member.type == ValueType::string || member.type == ValueType::structure) return std::nullopt;
  const std::string_view written =
      start_tag_is_open_ ? std::string_view{} : std::string_view{xml_}.substr(value_begin_);
  const bool has_escapes = written.find('&') != std::string_view::npos;
  const std::string plain = has_escapes ? unescaped(written) : std::string{};
  const std::string_view value = has_escapes ? std::string_view{plain} : written;
  if (auto flaw = flaw_of(member, value)) return flaw;
  const std::string_view kept = plain_value(member.type, value);
  if (kept.size() != written.size()) xml_.replace(value_begin_, std::string::npos, std::string{kept});
  return std::nullopt;
}

void ParametersReader::close_start_tag() {
  if (start_tag_is_open_) xml_ += '>';
  start_tag_is_open_ = false;
}

}  // namespace tally::soap
