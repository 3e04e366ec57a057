#pragma once

#include <expat.h>

#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace tally::soap {

/// Elements deeper than this are refused: no message of the contract needs a tenth of it.
inline constexpr int xml_depth_max = 64;

/// Told what stands in a document, in order. Namespaces are resolved.
class XmlHandler {
 public:
  using Attributes = std::span<const std::pair<std::string_view, std::string_view>>;
  virtual ~XmlHandler() = default;
  /// `depth` is 1 at the root. Attribute names come as "namespace\nname", or "name" without a namespace.
  virtual void start(int depth, std::string_view name_space, std::string_view name, Attributes attributes) = 0;
  virtual void text(int depth, std::string_view text) = 0;
  virtual void end(int depth) = 0;
};

/// Reads XML with Expat, strictly: well-formed, namespaces declared, UTF-8, no document type, bounded depth. gSOAP and
/// lenient readers take much that is none of this, so this reader decides what is a document at all.
///
/// Reused from document to document; not thread-safe.
class XmlReader {
 public:
  XmlReader();
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  /// False when it is no such document, or when the handler stopped it; the handler may have been told of its
  /// beginning.
  [[nodiscard]] bool read(std::string_view document, XmlHandler& handler);

  /// For the handler, while it is told something: reads no further.
  void stop() { XML_StopParser(parser_.get(), XML_FALSE); }
  /// For the handler's `end`: how many bytes of the document there are up to the end of the element's end tag.
  [[nodiscard]] std::size_t end_offset() const;

 private:
  struct Callbacks;
  struct Free {
    void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
  };
  std::unique_ptr<XML_ParserStruct, Free> parser_;
};

}  // namespace tally::soap
