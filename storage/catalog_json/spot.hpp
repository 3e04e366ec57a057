#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json_tree.hpp"
#include "tally/catalog_json/catalog_reader.hpp"

namespace tally::catalog_json {

/// The way from the root to a value, as a chain on the reader's stack; written out only when there is a mistake.
struct Place {
  const Place* parent = nullptr;
  std::string_view member;  ///< the member's name, unless it is an element
  std::optional<std::size_t> index;
};

/// The mistakes so far, at most mistakes_max.
class Mistakes {
 public:
  void add(std::size_t line, const Place& place, std::string what);
  [[nodiscard]] bool full() const { return list_.size() >= mistakes_max; }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  std::vector<Mistake> take_in_order();

 private:
  std::vector<Mistake> list_;
};

/// A value being read: itself, where it stands, and where to say what is wrong with it.
struct Spot {
  const Node& node;
  const Place& place;
  Mistakes& mistakes;

  void mistake(std::string what) const { mistakes.add(node.line, place, std::move(what)); }

  /// The member of this object with that name, if it is an object that has one.
  [[nodiscard]] const NamedNode* find(std::string_view member) const;
  /// A mistake of a member of this object, told with the member's line where it is present.
  void mistake_of(std::string_view member, std::string what) const;
};

/// Text of the file for use in a message: quoted, shortened, control characters replaced.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace tally::catalog_json
