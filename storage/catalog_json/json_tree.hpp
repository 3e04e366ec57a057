#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tally/catalog_json/catalog_reader.hpp"

namespace tally::catalog_json {

/// A number as it was written, so that no decimal is lost to binary.
struct NumberText {
  std::string text;
};

struct NamedNode;

/// A JSON value that remembers the line on which it begins. Objects keep their members in order, duplicates included.
struct Node {
  using List = std::vector<Node>;
  using Object = std::vector<NamedNode>;
  std::size_t line = 0;
  std::variant<std::monostate, bool, NumberText, std::string, List, Object> value;
};

struct NamedNode {
  std::string name;
  std::size_t line = 0;
  Node node;
};

/// Reads strict JSON (no comments, no trailing commas, valid UTF-8). Deeper nesting than a catalogue can have, and more
/// values than one of the permitted size can hold, are refused, so that a small file cannot ask for much memory.
[[nodiscard]] std::expected<Node, Mistake> read_json(std::string_view text);

}  // namespace tally::catalog_json
