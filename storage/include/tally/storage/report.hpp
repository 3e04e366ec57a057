#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tally::storage {

/// A table of texts for people: what command lines print. An absent cell is unknown or unlimited; times are UTC.
struct Report {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  std::set<std::string> numbers;  ///< the columns whose cells are decimal numbers, written as JSON writes them
};

}  // namespace tally::storage
