#include "envelope_reader.hpp"

#include <algorithm>

namespace tally::soap {
namespace {

class OutlineHandler final : public XmlHandler {
 public:
  explicit OutlineHandler(EnvelopeOutline& outline) : outline_{outline} {}

  void start(int depth, std::string_view name_space, std::string_view name, Attributes attributes) override {
    if (depth == 1) return root(name_space, name);
    if (!outline_.root_is_envelope) return;
    const bool in_envelope_namespace = name_space == outline_.root_namespace;
    if (depth == 2) {
      inside_header_ = in_envelope_namespace && name == "Header";
      inside_body_ = in_envelope_namespace && name == "Body" && !outline_.has_body;
      if (inside_body_) outline_.has_body = true;
    } else if (depth == 3 && inside_header_) {
      header_entry(attributes);
    } else if (depth == 3 && inside_body_ && outline_.operation.empty()) {
      outline_.operation_namespace = name_space;
      outline_.operation = name;
    }
  }
  void text(int, std::string_view) override {}
  void end(int) override {}

 private:
  void root(std::string_view name_space, std::string_view name) {
    outline_.root_namespace = name_space;
    outline_.version = name_space == envelope_namespace_12 ? SoapVersion::v12 : SoapVersion::v11;
    outline_.root_is_envelope = name == "Envelope" && (name_space == envelope_namespace_11 || name_space == envelope_namespace_12);
  }

  void header_entry(Attributes attributes) {
    const std::string demand = outline_.root_namespace + "\nmustUnderstand";
    outline_.must_understand |= std::ranges::any_of(attributes, [&](const auto& attribute) {
      return attribute.first == demand && (attribute.second == "1" || attribute.second == "true");
    });
  }

  EnvelopeOutline& outline_;
  bool inside_header_ = false;
  bool inside_body_ = false;
};

}  // namespace

bool read_outline(XmlReader& reader, std::string_view document, EnvelopeOutline& outline) {
  OutlineHandler handler{outline};
  return reader.read(document, handler);
}

std::string_view without_declaration(std::string_view document) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (document.starts_with(byte_order_mark)) document.remove_prefix(byte_order_mark.size());
  if (!document.starts_with("<?xml ") && !document.starts_with("<?xml\t") && !document.starts_with("<?xml\n") &&
      !document.starts_with("<?xml\r")) {
    return document;
  }
  return document.substr(document.find("?>") + 2);
}

}  // namespace tally::soap
