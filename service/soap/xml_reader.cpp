#include "xml_reader.hpp"

#include <limits>
#include <new>
#include <vector>

namespace tally::soap {
namespace {

constexpr char separator = '\n';

}  // namespace

/// Expat's callbacks, and what they share while a document is read.
struct XmlReader::Callbacks {
  XML_Parser parser;
  XmlHandler& handler;
  int depth = 0;
  std::vector<std::pair<std::string_view, std::string_view>> attributes;

  static Callbacks& of(void* user) { return *static_cast<Callbacks*>(user); }

  static void start(void* user, const XML_Char* name, const XML_Char** attributes) {
    Callbacks& self = of(user);
    if (++self.depth > xml_depth_max) {
      XML_StopParser(self.parser, XML_FALSE);
      return;
    }
    self.attributes.clear();
    for (const XML_Char** next = attributes; *next != nullptr; next += 2)
      self.attributes.emplace_back(next[0], next[1]);
    const std::string_view full{name};
    const auto split = full.find(separator);
    const bool has_space = split != std::string_view::npos;
    self.handler.start(self.depth, has_space ? full.substr(0, split) : std::string_view{},
                       has_space ? full.substr(split + 1) : full, self.attributes);
  }
  static void text(void* user, const XML_Char* text, int length) {
    of(user).handler.text(of(user).depth, {text, static_cast<std::size_t>(length)});
  }
  static void end(void* user, const XML_Char*) {
    Callbacks& self = of(user);
    self.handler.end(self.depth--);
  }
  static void document_type(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    XML_StopParser(of(user).parser, XML_FALSE);
  }
};

XmlReader::XmlReader() : parser_{XML_ParserCreateNS("UTF-8", separator)} {
  if (!parser_) throw std::bad_alloc{};
}

XmlReader::~XmlReader() = default;

// At the end of <a/>, which has no end tag of its own, Expat counts no bytes and stands behind it.
std::size_t XmlReader::end_offset() const {
  return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get()) + XML_GetCurrentByteCount(parser_.get()));
}

bool XmlReader::read(std::string_view document, XmlHandler& handler) {
  // Whatever encoding it is told, Expat switches to UTF-16 for a document that looks so. That always has a NUL.
  if (document.find('\0') != std::string_view::npos) return false;
  if (document.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  XML_ParserReset(parser_.get(), "UTF-8");
  Callbacks callbacks{.parser = parser_.get(), .handler = handler, .depth = 0, .attributes = {}};
  XML_SetUserData(parser_.get(), &callbacks);
  XML_SetElementHandler(parser_.get(), Callbacks::start, Callbacks::end);
  XML_SetCharacterDataHandler(parser_.get(), Callbacks::text);
  XML_SetStartDoctypeDeclHandler(parser_.get(), Callbacks::document_type);
  return XML_Parse(parser_.get(), document.data(), static_cast<int>(document.size()), XML_TRUE) == XML_STATUS_OK;
}

}  // namespace tally::soap
