#include "canonical_call.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "soap_version.hpp"
#include "tally/model/names.hpp"

namespace tally::soap {
namespace {

constexpr std::array<std::string_view, 5> content_types{"text/xml; charset=utf-8", "text/xml;charset=utf-8",
                                                        "text/xml; charset=\"utf-8\"", "text/xml;charset=\"utf-8\"",
                                                        "text/xml"};
/// The namespaces that libraries declare in an envelope without a meaning for a reader.
constexpr std::array<std::string_view, 3> idle_namespaces{"http://www.w3.org/2001/XMLSchema-instance",
                                                          "http://www.w3.org/2001/XMLSchema",
                                                          "http://schemas.xmlsoap.org/soap/encoding/"};
constexpr std::size_t bindings_max = 6;
constexpr std::size_t guid_length = 36;

/// A call whose parameters are guids.
struct GuidCall {
  std::string_view operation;
  std::array<std::string_view, 2> members;  ///< the second is empty when there is one
  engine::Command (*command)(const std::array<model::Guid, 2>& values);
};

constexpr std::array guid_calls{
    GuidCall{"IncrementFeatureUsage",
             {"sessionId", "featureId"},
             [](const auto& values) -> engine::Command {
               return engine::TakePlace{.session = values[0], .option = values[1]};
             }},
    GuidCall{"DecrementFeatureUsage",
             {"sessionId", "featureId"},
             [](const auto& values) -> engine::Command {
               return engine::GiveBack{.session = values[0], .option = values[1]};
             }},
    GuidCall{"SessionKeepAlive",
             {"sessionId", ""},
             [](const auto& values) -> engine::Command { return engine::KeepAlive{values[0]}; }},
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_{text} {}

  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// A tag: what opens it, a name with or without a prefix, and what follows it. All of it or nothing.
  bool skip(std::string_view before, std::string_view prefix, std::string_view name, std::string_view behind) {
    const std::string_view whole = rest_;
    if (skip(before) && (prefix.empty() || (skip(prefix) && skip(":"))) && skip(name) && skip(behind)) return true;
    rest_ = whole;
    return false;
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r' || rest_[0] == '\n'))
      rest_.remove_prefix(1);
  }
  std::string_view take(std::size_t length) {
    const auto taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  /// A prefix of plain letters; empty when there is none, or one that XML reserves.
  std::string_view take_prefix() {
    const auto end = std::ranges::find_if_not(rest_, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    const auto prefix = take(static_cast<std::size_t>(end - rest_.begin()));
    const bool begins_badly = prefix.empty() || prefix[0] == '-' || (prefix[0] >= '0' && prefix[0] <= '9');
    return begins_badly || model::equal_ignoring_case(prefix.substr(0, 3), "xml") ? std::string_view{} : prefix;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

class CanonicalEnvelope {
 public:
  explicit CanonicalEnvelope(std::string_view text) : scan_{text} {}

  std::optional<std::array<model::Guid, 2>> guids_of(const GuidCall& call) {
    std::array<model::Guid, 2> values;
    if (!open_envelope() || !open_operation(call.operation)) return std::nullopt;
    for (std::size_t at = 0; at < call.members.size() && !call.members[at].empty(); ++at) {
      const auto value = member(call.members[at]);
      if (!value) return std::nullopt;
      values[at] = *value;
    }
    return close(call.operation) ? std::optional{values} : std::nullopt;
  }

 private:
  struct Binding {
    std::string_view prefix;
    bool is_service = false;
  };

  bool open_envelope() {
    scan_.skip("\xef\xbb\xbf");
    if (scan_.skip("<?xml version=\"1.0\"")) {
      if (scan_.skip(" encoding=\"") && !scan_.skip("utf-8\"") && !scan_.skip("UTF-8\"")) return false;
      if (!scan_.skip("?>")) return false;
      scan_.skip_blanks();
    }
    if (!scan_.skip("<")) return false;
    envelope_ = scan_.take_prefix();
    if (envelope_.empty() || !scan_.skip(":Envelope")) return false;
    bool is_bound = false;
    while (scan_.skip(" xmlns:")) {
      const auto prefix = scan_.take_prefix();
      if (prefix.empty() || !scan_.skip("=\"") || !bind(prefix, is_bound) || !scan_.skip("\"")) return false;
    }
    if (!is_bound || !scan_.skip(">")) return false;
    scan_.skip_blanks();
    if (!scan_.skip("<", envelope_, "Body", ">")) return false;
    scan_.skip_blanks();
    return true;
  }

  bool bind(std::string_view prefix, bool& envelope_is_bound) {
    const auto known = std::span{bindings_}.first(count_);
    if (count_ == bindings_max || std::ranges::find(known, prefix, &Binding::prefix) != known.end()) return false;
    Binding& binding = bindings_[count_++];
    binding.prefix = prefix;
    if (scan_.skip(envelope_namespace_11)) {
      envelope_is_bound |= prefix == envelope_;
      return true;
    }
    if (prefix == envelope_) return false;
    binding.is_service = scan_.skip(service_namespace);
    // One is the beginning of another: the quotation mark behind it tells.
    return binding.is_service || std::ranges::any_of(idle_namespaces, [&](auto each) { return scan_.skip(each); });
  }

  bool open_operation(std::string_view name) {
    if (scan_.skip("<", "", name, " xmlns=\"")) return scan_.skip(service_namespace) && scan_.skip("\">");
    if (!scan_.skip("<")) return false;
    operation_ = scan_.take_prefix();
    if (operation_.empty() || !scan_.skip(":") || !scan_.skip(name)) return false;
    if (scan_.skip(" xmlns:"))
      return scan_.skip(operation_) && scan_.skip("=\"") && scan_.skip(service_namespace) && scan_.skip("\">");
    const auto known = std::span{bindings_}.first(count_);
    const auto binding = std::ranges::find(known, operation_, &Binding::prefix);
    return binding != known.end() && binding->is_service && scan_.skip(">");
  }

  std::optional<model::Guid> member(std::string_view name) {
    scan_.skip_blanks();
    if (!scan_.skip("<", operation_, name, ">")) return std::nullopt;
    const auto value = model::parse_guid(scan_.take(guid_length));
    if (!value || !scan_.skip("</", operation_, name, ">")) return std::nullopt;
    return value;
  }

  bool close(std::string_view name) {
    scan_.skip_blanks();
    if (!scan_.skip("</", operation_, name, ">")) return false;
    scan_.skip_blanks();
    if (!scan_.skip("</", envelope_, "Body", ">")) return false;
    scan_.skip_blanks();
    if (!scan_.skip("</", envelope_, "Envelope", ">")) return false;
    scan_.skip_blanks();
    return scan_.at_end();
  }

  Scanner scan_;
  std::string_view envelope_;   ///< prefix of the envelope's elements; never empty
  std::string_view operation_;  ///< prefix of the operation and its members; empty when they have none
  std::array<Binding, bindings_max> bindings_;
  std::size_t count_ = 0;
};

const GuidCall* call_of_action(std::string_view action) {
  if (action.size() > 1 && action.starts_with('"') && action.ends_with('"'))
    action = action.substr(1, action.size() - 2);
  if (!action.starts_with(service_namespace)) return nullptr;
  const auto* const found =
      std::ranges::find(guid_calls, action.substr(service_namespace.size()), &GuidCall::operation);
  return found == guid_calls.end() ? nullptr : found;
}

}  // namespace

std::optional<Call> read_canonical_call(const http::Request& request) {
  const auto action = request.header("SOAPAction");
  const GuidCall* const call = action ? call_of_action(*action) : nullptr;
  if (call == nullptr || request.header_count("SOAPAction") > 1 || request.header("Content-Encoding"))
    return std::nullopt;
  const auto type = request.header("Content-Type").value_or("");
  if (std::ranges::none_of(content_types, [&](auto known) { return model::equal_ignoring_case(known, type); }))
    return std::nullopt;
  const auto values = CanonicalEnvelope{request.body}.guids_of(*call);
  if (!values) return std::nullopt;
  return Call{.operation = call->operation, .shape = AnswerShape::nothing, .command = call->command(*values)};
}

}  // namespace tally::soap
