#include "tally/admin/report_text.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace tally::admin {
namespace {

/// Terminals obey U+0000 to U+001F and U+007F, and some of them U+0080 to U+009F too.
std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_second_control =
        byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    result += byte < 0x20 || byte == 0x7f || is_second_control ? '?' : text[at];
    if (is_second_control) ++at;
  }
  return result;
}

/// Characters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

boost::json::value json_cell(const std::optional<std::string>& cell, bool is_number) {
  if (!cell) return nullptr;
  if (is_number) return boost::json::parse(*cell);
  return boost::json::string{*cell};
}

}  // namespace

std::string as_columns(const storage::Report& report) {
  std::vector<std::vector<std::string>> lines{report.columns};
  for (const auto& row : report.rows) {
    auto& line = lines.emplace_back();
    for (const auto& cell : row) line.push_back(printable(cell.value_or("-")));
  }
  std::vector<std::size_t> widths(report.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t column = 0; column < line.size(); ++column)
      widths[column] = std::max(widths[column], width(line[column]));
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t column = 0; column < line.size(); ++column) {
      text += line[column];
      if (column + 1 < line.size()) text.append(widths[column] - width(line[column]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

std::string as_csv(const storage::Report& report) {
  std::string text;
  const auto append_line = [&](const auto& cells, auto cell_text) {
    for (std::size_t column = 0; column < cells.size(); ++column)
      text.append(column == 0 ? "" : ",").append(cell_text(cells[column]));
    text += "\r\n";
  };
  append_line(report.columns, csv_cell);
  for (const auto& row : report.rows)
    append_line(row, [](const auto& cell) { return cell ? csv_cell(*cell) : std::string{}; });
  return text;
}

std::string as_json(const storage::Report& report) {
  boost::json::array rows;
  for (const auto& row : report.rows) {
    boost::json::object object;
    for (std::size_t column = 0; column < row.size(); ++column) {
      object[report.columns[column]] = json_cell(row[column], report.numbers.contains(report.columns[column]));
    }
    rows.push_back(std::move(object));
  }
  return boost::json::serialize(rows) + "\n";
}

}  // namespace tally::admin
