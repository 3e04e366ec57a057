#include "config_file.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

namespace tally::config {
namespace {

using Sentence = std::string;
using Strings = std::expected<std::vector<std::string>, Sentence>;

/// Reads one file's table; remembers its name for messages.
class Reader {
 public:
  explicit Reader(std::string path) : path_{std::move(path)} {}

  std::expected<std::vector<GivenSetting>, Sentence> read(const toml::table& file) {
    std::vector<GivenSetting> given;
    for (const auto& [section, node] : file) {
      const std::string name{section.str()};
      if (!is_section(name)) return std::unexpected{at(section.source(), name) + ": unknown section"};
      const toml::table* members = node.as_table();
      if (members == nullptr)
        return std::unexpected{at(section.source(), name) + ": must be a section, [" + name + "]"};
      for (const auto& [member, value] : *members) {
        auto one = read_member(name + '.' + std::string{member.str()}, member.source(), value);
        if (!one) return std::unexpected{one.error()};
        given.push_back(*std::move(one));
      }
    }
    return given;
  }

 private:
  static bool is_section(const std::string& name) {
    return std::ranges::any_of(settings_table(),
                               [&](const Setting& one) { return one.names.member.starts_with(name + '.'); });
  }

  [[nodiscard]] std::string at(const toml::source_region& source, const std::string& member) const {
    return path_ + ':' + std::to_string(source.begin.line) + ": " + member;
  }

  std::expected<GivenSetting, Sentence> read_member(const std::string& member, const toml::source_region& source,
                                                    const toml::node& value) {
    const std::string where = at(source, member);
    const auto table = settings_table();
    const auto setting = std::ranges::find(table, member, [](const Setting& one) { return one.names.member; });
    if (setting == table.end()) return std::unexpected{where + ": unknown member"};
    auto values = read_values(setting->shape, value);
    if (!values) return std::unexpected{where + ": " + values.error()};
    return GivenSetting{&*setting, *std::move(values), where};
  }

  static Strings read_values(Shape shape, const toml::node& value) {
    switch (shape) {
      case Shape::flag:
        if (const auto flag = value.value_exact<bool>()) return Strings{{*flag ? "true" : "false"}};
        return std::unexpected{"must be true or false"};
      case Shape::one: return read_one(value);
      case Shape::list: return read_list(value);
      case Shape::map: return read_map(value);
    }
    return std::unexpected{"cannot be read"};
  }

  static Strings read_one(const toml::node& value) {
    if (const auto text = value.value_exact<std::string>()) return Strings{{*text}};
    if (const auto number = value.value_exact<std::int64_t>()) return Strings{{std::to_string(*number)}};
    return std::unexpected{"must be a string or a whole number"};
  }

  static Strings read_list(const toml::node& value) {
    if (const auto text = value.value_exact<std::string>()) return Strings{{*text}};
    const toml::array* array = value.as_array();
    if (array == nullptr) return std::unexpected{"must be a list of strings"};
    std::vector<std::string> texts;
    for (const toml::node& element : *array) {
      const auto text = element.value_exact<std::string>();
      if (!text) return std::unexpected{"must be a list of strings"};
      texts.push_back(*text);
    }
    return texts;
  }

  static Strings read_map(const toml::node& value) {
    const toml::table* table = value.as_table();
    if (table == nullptr) return std::unexpected{"must be a table of strings"};
    std::vector<std::string> pairs;
    for (const auto& [key, element] : *table) {
      const auto text = element.value_exact<std::string>();
      if (!text || text->contains('=')) return std::unexpected{"must be a table of strings without ="};
      pairs.push_back(std::string{key.str()} + '=' + *text);
    }
    return pairs;
  }

  std::string path_;
};

}  // namespace

std::expected<std::vector<GivenSetting>, std::string> settings_in_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::unexpected{path + ": there is no such file"};
  try {
    return Reader{path}.read(toml::parse_file(path));
  } catch (const toml::parse_error& mistake) {
    const std::string place =
        mistake.source().begin.line == 0 ? "" : std::to_string(mistake.source().begin.line) + ": ";
    return std::unexpected{path + ':' + place + std::string{mistake.description()}};
  }
}

}  // namespace tally::config
