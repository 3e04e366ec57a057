#pragma once

#include <cstddef>
#include <string_view>

namespace tally::soap {

/// As .NET's XmlTextReader counts: both from 1, columns in UTF-16 units, a byte order mark is nothing.
struct DocumentPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Where XmlTextReader says that the node beginning at this byte of a UTF-8 document is: at an element's name rather
/// than its bracket, at the text within a comment or CDATA section. It stands there when a value that it has just read
/// proves bad, and "There is an error in XML document (line, column)" tells it.
[[nodiscard]] DocumentPosition node_position(std::string_view document, std::size_t offset);

}  // namespace tally::soap
