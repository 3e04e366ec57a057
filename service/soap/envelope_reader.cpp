#include "envelope_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "parameters_reader.hpp"

namespace tally::soap {
namespace {

/// Whether a header is for us: to nobody in particular, to whoever comes next, or to the one that it is meant for in
/// the end (SOAP 1.1, 4.2.2; SOAP 1.2, 2.2).
bool is_our_role(std::string_view role) {
  constexpr std::array<std::string_view, 4> ours{"", "http://schemas.xmlsoap.org/soap/actor/next",
                                                 "http://www.w3.org/2003/05/soap-envelope/role/next",
                                                 "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"};
  return std::ranges::find(ours, role) != ours.end();
}

class OutlineHandler final : public XmlHandler {
 public:
  OutlineHandler(XmlReader& reader, std::string_view document, const OperationContract* asked_for,
                 EnvelopeOutline& outline)
      : reader_{reader},
        document_{document},
        asked_for_{asked_for},
        outline_{outline},
        parameters_{outline.parameters} {}

  void start(int depth, std::string_view name_space, std::string_view name, Attributes attributes) override {
    if (inside_operation_) {
      if (!outline_.bad_value && !parameters_.start(depth, name_space, name)) stop();
    } else if (depth == 1) {
      root(name_space, name);
    } else if (!outline_.is_envelope) {
      return;
    } else if (depth == 2) {
      const bool in_envelope_namespace = name_space == outline_.root_namespace;
      inside_header_ = in_envelope_namespace && name == "Header";
      inside_body_ = in_envelope_namespace && name == "Body" && !outline_.has_body;
      if (inside_body_) outline_.has_body = true;
    } else if (depth == 3 && inside_header_) {
      header_entry(name, attributes);
    } else if (depth == 3 && inside_body_) {
      body_element(name_space, name);
    }
  }
  void text(int, std::string_view text) override {
    if (inside_operation_ && !outline_.bad_value) parameters_.text(text);
  }
  void end(int depth) override {
    if (!inside_operation_) return;
    if (depth < parameter_depth) {
      inside_operation_ = false;
    } else if (!outline_.bad_value) {
      if (auto flaw = parameters_.end(depth)) refuse(std::move(*flaw));
    }
  }

 private:
  void root(std::string_view name_space, std::string_view name) {
    outline_.root_namespace = name_space;
    outline_.version = name_space == envelope_namespace_12 ? SoapVersion::v12 : SoapVersion::v11;
    outline_.is_soap = name_space == envelope_namespace_11 || name_space == envelope_namespace_12;
    outline_.is_envelope = outline_.is_soap && name == "Envelope";
  }

  /// Expat still tells the end of an element that it was stopped in.
  void stop() {
    inside_operation_ = false;
    reader_.stop();
  }

  void refuse(ValueFlaw&& flaw) {
    if (flaw.reason.empty()) return stop();
    outline_.bad_value =
        BadValue{.reason = std::move(flaw.reason), .position = node_position(document_, reader_.end_offset())};
  }

  void body_element(std::string_view name_space, std::string_view name) {
    if (was_in_operation_) return;
    const bool is_first = !std::exchange(has_body_element_, true);
    const OperationContract* const named = name_space == service_namespace ? find_operation(name) : nullptr;
    if (asked_for_ == nullptr && is_first) outline_.operation = named;
    if (named == nullptr || named != outline_.operation) return;
    inside_operation_ = was_in_operation_ = true;
    parameters_.begin(*named);
  }

  /// The attribute may be of either version's namespace, as the original takes it.
  void header_entry(std::string_view name, Attributes attributes) {
    const auto attribute = [&](std::string_view name_space, std::string_view wanted) {
      const auto found = std::ranges::find_if(attributes, [&](const auto& each) {
        return each.first.starts_with(name_space) && each.first.substr(name_space.size()).starts_with('\n') &&
               each.first.substr(name_space.size() + 1) == wanted;
      });
      return found == attributes.end() ? std::nullopt : std::optional{found->second};
    };
    auto demand = attribute(envelope_namespace_11, "mustUnderstand");
    if (!demand) demand = attribute(envelope_namespace_12, "mustUnderstand");
    if (outline_.not_understood || (demand != "1" && demand != "true")) return;
    auto role = attribute(envelope_namespace_11, "actor");
    if (!role) role = attribute(envelope_namespace_12, "role");
    if (is_our_role(role.value_or(""))) outline_.not_understood = name;
  }

  XmlReader& reader_;
  const std::string_view document_;
  const OperationContract* const asked_for_;
  EnvelopeOutline& outline_;
  ParametersReader parameters_;
  bool inside_header_ = false;
  bool inside_body_ = false;
  bool has_body_element_ = false;
  bool inside_operation_ = false;
  bool was_in_operation_ = false;
};

}  // namespace

bool read_outline(XmlReader& reader, std::string_view document, const OperationContract* asked_for,
                  EnvelopeOutline& outline) {
  outline.operation = asked_for;
  OutlineHandler handler{reader, document, asked_for, outline};
  return reader.read(document, handler);
}

}  // namespace tally::soap
