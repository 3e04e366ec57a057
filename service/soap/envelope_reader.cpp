#include "envelope_reader.hpp"

#include <algorithm>
#include <vector>

#include "envelope_writer.hpp"

namespace tally::soap {
namespace {

constexpr int parameter_depth = 4;

/// Writes anew what it is told of an operation's element. Elements of other namespaces are left out with all they hold:
/// the original stack ignores them.
class ParametersWriter {
 public:
  explicit ParametersWriter(std::string& xml) : xml_{xml} {}

  void start(int depth, std::string_view name_space, std::string_view name) {
    if (foreign_from_ != 0) return;
    if (name_space != service_namespace) {
      foreign_from_ = depth;
      return;
    }
    close_start_tag();
    xml_ += '<';
    open_.push_back({.at = xml_.size(), .length = name.size()});
    xml_ += name;
    start_tag_is_open_ = true;
  }

  void text(std::string_view text) {
    if (foreign_from_ != 0 || open_.empty() || text.empty()) return;
    close_start_tag();
    append_escaped(xml_, text);
  }

  void end(int depth) {
    if (foreign_from_ != 0) {
      if (depth == foreign_from_) foreign_from_ = 0;
      return;
    }
    if (start_tag_is_open_ && depth == parameter_depth) {
      xml_ += "/>";
    } else {
      close_start_tag();
      xml_.append("</").append(xml_.substr(open_.back().at, open_.back().length)).append(">");
    }
    start_tag_is_open_ = false;
    open_.pop_back();
  }

 private:
  struct Name {
    std::size_t at;
    std::size_t length;
  };

  void close_start_tag() {
    if (start_tag_is_open_) xml_ += '>';
    start_tag_is_open_ = false;
  }

  std::string& xml_;
  std::vector<Name> open_;
  bool start_tag_is_open_ = false;
  int foreign_from_ = 0;  ///< depth of the foreign element that is being left out; 0 for none
};

class OutlineHandler final : public XmlHandler {
 public:
  explicit OutlineHandler(EnvelopeOutline& outline) : outline_{outline}, parameters_{outline.parameters} {}

  void start(int depth, std::string_view name_space, std::string_view name, Attributes attributes) override {
    if (depth == 1) return root(name_space, name);
    if (!outline_.root_is_envelope) return;
    if (depth == 2) {
      const bool in_envelope_namespace = name_space == outline_.root_namespace;
      inside_header_ = in_envelope_namespace && name == "Header";
      inside_body_ = in_envelope_namespace && name == "Body" && !outline_.has_body;
      if (inside_body_) outline_.has_body = true;
    } else if (depth == 3 && inside_header_) {
      header_entry(attributes);
    } else if (depth == 3 && inside_body_ && outline_.operation.empty()) {
      outline_.operation_namespace = name_space;
      outline_.operation = name;
      inside_operation_ = true;
    } else if (inside_operation_) {
      parameters_.start(depth, name_space, name);
    }
  }
  void text(int, std::string_view text) override {
    if (inside_operation_) parameters_.text(text);
  }
  void end(int depth) override {
    if (!inside_operation_) return;
    if (depth >= parameter_depth) return parameters_.end(depth);
    inside_operation_ = false;
  }

 private:
  void root(std::string_view name_space, std::string_view name) {
    outline_.root_namespace = name_space;
    outline_.version = name_space == envelope_namespace_12 ? SoapVersion::v12 : SoapVersion::v11;
    outline_.root_is_envelope =
        name == "Envelope" && (name_space == envelope_namespace_11 || name_space == envelope_namespace_12);
  }

  void header_entry(Attributes attributes) {
    const std::string demand = outline_.root_namespace + "\nmustUnderstand";
    outline_.must_understand |= std::ranges::any_of(attributes, [&](const auto& attribute) {
      return attribute.first == demand && (attribute.second == "1" || attribute.second == "true");
    });
  }

  EnvelopeOutline& outline_;
  ParametersWriter parameters_;
  bool inside_header_ = false;
  bool inside_body_ = false;
  bool inside_operation_ = false;
};

}  // namespace

bool read_outline(XmlReader& reader, std::string_view document, EnvelopeOutline& outline) {
  OutlineHandler handler{outline};
  return reader.read(document, handler);
}

bool has_empty_parameter(std::string_view parameters, std::string_view name) {
  // Text is escaped, so this can't be part of a text; below the parameters empty elements are written otherwise.
  return parameters.find(std::string{"<"}.append(name).append("/>")) != std::string_view::npos;
}

}  // namespace tally::soap
