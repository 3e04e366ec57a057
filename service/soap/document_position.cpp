#include "document_position.hpp"

#include <algorithm>

namespace tally::soap {
namespace {

/// What stands between a node's first byte and the place that is told.
std::size_t opening_bytes(std::string_view node) {
  for (const std::string_view opening : {"<![CDATA[", "<!--", "<?", "</", "<"}) {
    if (node.starts_with(opening)) return opening.size();
  }
  return 0;
}

}  // namespace

DocumentPosition node_position(std::string_view document, std::size_t offset) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  offset = std::min(offset, document.size());
  const std::size_t end = offset + opening_bytes(document.substr(offset));
  DocumentPosition position;
  for (std::size_t at = document.starts_with(byte_order_mark) ? byte_order_mark.size() : 0; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(document[at]);
    if (byte == '\n' || (byte == '\r' && !document.substr(at + 1).starts_with('\n'))) {
      ++position.line;
      position.column = 1;
    } else if (byte != '\r' && (byte & 0xc0) != 0x80) {
      position.column += byte >= 0xf0 ? 2 : 1;
    }
  }
  return position;
}

}  // namespace tally::soap
