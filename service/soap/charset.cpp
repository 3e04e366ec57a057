#include "charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view utf8 = "UTF-8";
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

/// A charset as its users call it, and what iconv calls it. Names that a stranger sends never reach iconv.
struct Charset {
  std::string_view name;
  std::string_view known_as;
};

// ASCII is read as UTF-8: a document that is really ASCII is the same in both.
constexpr std::array charsets{
    Charset{"utf-8", utf8},
    Charset{"utf8", utf8},
    Charset{"us-ascii", utf8},
    Charset{"ascii", utf8},
    Charset{"utf-16", "UTF-16LE"},
    Charset{"utf-16le", "UTF-16LE"},
    Charset{"unicode", "UTF-16LE"},
    Charset{"ucs-2", "UTF-16LE"},
    Charset{"iso-10646-ucs-2", "UTF-16LE"},
    Charset{"utf-16be", "UTF-16BE"},
    Charset{"unicodefffe", "UTF-16BE"},
    Charset{"utf-32", "UTF-32LE"},
    Charset{"utf-32le", "UTF-32LE"},
    Charset{"utf-32be", "UTF-32BE"},
    Charset{"iso-8859-1", "ISO-8859-1"},
    Charset{"iso8859-1", "ISO-8859-1"},
    Charset{"iso_8859-1", "ISO-8859-1"},
    Charset{"latin1", "ISO-8859-1"},
    Charset{"iso-8859-2", "ISO-8859-2"},
    Charset{"iso-8859-3", "ISO-8859-3"},
    Charset{"iso-8859-4", "ISO-8859-4"},
    Charset{"iso-8859-5", "ISO-8859-5"},
    Charset{"iso-8859-6", "ISO-8859-6"},
    Charset{"iso-8859-7", "ISO-8859-7"},
    Charset{"iso-8859-8", "ISO-8859-8"},
    Charset{"iso-8859-9", "ISO-8859-9"},
    Charset{"iso-8859-13", "ISO-8859-13"},
    Charset{"iso-8859-15", "ISO-8859-15"},
    Charset{"windows-1250", "CP1250"},
    Charset{"windows-1251", "CP1251"},
    Charset{"x-cp1251", "CP1251"},
    Charset{"cp1251", "CP1251"},
    Charset{"windows-1252", "CP1252"},
    Charset{"windows-1253", "CP1253"},
    Charset{"windows-1254", "CP1254"},
    Charset{"windows-1255", "CP1255"},
    Charset{"windows-1256", "CP1256"},
    Charset{"windows-1257", "CP1257"},
    Charset{"windows-1258", "CP1258"},
    Charset{"koi8-r", "KOI8-R"},
    Charset{"koi8-u", "KOI8-U"},
    Charset{"cp866", "CP866"},
    Charset{"ibm866", "CP866"},
};

/// iconv's name for a charset in lower case; empty when it is unknown.
std::string_view iconv_name(std::string_view charset) {
  const auto* const found = std::ranges::find(charsets, charset, &Charset::name);
  return found == charsets.end() ? std::string_view{} : found->known_as;
}

struct Mark {
  std::string_view bytes;
  std::string_view charset;
};

// The longer one first: UTF-32's begins like UTF-16's.
constexpr std::array marks{
    Mark{utf8_mark, utf8},        Mark{{"\xff\xfe\0\0", 4}, "UTF-32LE"}, Mark{{"\0\0\xfe\xff", 4}, "UTF-32BE"},
    Mark{"\xff\xfe", "UTF-16LE"}, Mark{"\xfe\xff", "UTF-16BE"},
};

/// The encoding of `<?xml version="1.0" encoding="name"?>` in lower case; empty without one.
std::string declared_encoding(std::string_view body) {
  if (!body.starts_with("<?xml")) return {};
  const std::string_view declaration = body.substr(0, std::min(body.find("?>"), body.size()));
  const auto word = declaration.find("encoding");
  const auto open = word == std::string_view::npos ? word : declaration.find_first_of("\"'", word);
  if (open == std::string_view::npos) return {};
  const auto close = declaration.find(declaration[open], open + 1);
  return model::lower_case(declaration.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
}

/// What a document without a byte order mark says of itself (XML 1.0, appendix F); absent when nobody knows it. One
/// that can be read so far has an encoding of single bytes.
std::optional<std::string_view> own_charset(std::string_view body) {
  if (body.starts_with(std::string_view{"<\0", 2})) return "UTF-16LE";
  if (body.starts_with(std::string_view{"\0<", 2})) return "UTF-16BE";
  const std::string declared = declared_encoding(body);
  if (declared.empty()) return utf8;
  const std::string_view name = iconv_name(declared);
  const bool is_wide = name.starts_with("UTF-16") || name.starts_with("UTF-32");
  return name.empty() || is_wide ? std::nullopt : std::optional{name};
}

class Converter {
 public:
  explicit Converter(std::string_view from) : descriptor_{iconv_open("UTF-8", std::string{from}.c_str())} {}
  ~Converter() {
    if (is_open()) iconv_close(descriptor_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  /// False at the first byte that is no letter, and when the text ends within one.
  bool convert(std::string_view text, std::string& converted) {
    if (!is_open()) return false;
    std::array<char, 16 * 1024> part{};
    char* next = const_cast<char*>(text.data());  // iconv's signature; it does not write there
    std::size_t left = text.size();
    while (left > 0) {
      char* out = part.data();
      std::size_t room = part.size();
      const bool done = iconv(descriptor_, &next, &left, &out, &room) != static_cast<std::size_t>(-1);
      if (!done && errno != E2BIG) return false;
      converted.append(part.data(), part.size() - room);
    }
    return true;
  }

 private:
  // NOLINTNEXTLINE(performance-no-int-to-ptr): so iconv_open says that it failed
  [[nodiscard]] bool is_open() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }

  iconv_t descriptor_;
};

}  // namespace

std::optional<std::string_view> document_text(std::string_view body, const ContentType& type, std::string& buffer) {
  std::optional<std::string_view> charset{iconv_name(type.charset)};
  if (charset->empty()) charset = type.media_type == "application/soap+xml" ? own_charset(body) : utf8;
  for (const auto& mark : marks) {
    if (!body.starts_with(mark.bytes)) continue;
    charset = mark.charset;
    if (mark.charset != utf8) body.remove_prefix(mark.bytes.size());
    break;
  }
  if (!charset) return std::nullopt;
  if (*charset == utf8) return body;
  buffer.clear();
  if (!Converter{*charset}.convert(body, buffer)) return std::nullopt;
  return buffer;
}

}  // namespace tally::soap
