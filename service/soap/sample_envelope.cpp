#include "sample_envelope.hpp"

#include "envelope_writer.hpp"

namespace tally::soap {
namespace {

std::string placeholder(std::string_view name) { return std::string{"<var>"}.append(name).append("</var>"); }

/// What stands for a value: its type's name, or all that it can be.
std::string sample_value(const Member& member) {
  switch (member.type) {
    case ValueType::string: return placeholder("string");
    case ValueType::int32: return placeholder("int");
    case ValueType::uint32: return placeholder("unsignedInt");
    case ValueType::int64: return placeholder("long");
    case ValueType::float64: return placeholder("double");
    case ValueType::boolean: return placeholder("boolean");
    case ValueType::base64: return placeholder("base64Binary");
    case ValueType::guid: return placeholder("guid");
    case ValueType::structure: return {};
    case ValueType::enumeration: break;
  }
  std::string values;
  for (const auto value : member.named->values) values.append(values.empty() ? "" : " or ").append(placeholder(value));
  return values;
}

/// Appends elements, one a line, to what is shown: their brackets are text there.
class Lines {
 public:
  void open(std::string_view tag) {
    line("&lt;", tag, "&gt;\n");
    ++depth_;
  }
  void close(std::string_view name) {
    --depth_;
    line("&lt;/", name, "&gt;\n");
  }
  void empty(std::string_view tag) { line("&lt;", tag, " /&gt;\n"); }
  void members(std::span<const Member> members) {
    for (const auto& member : members) {
      if (member.type == ValueType::structure) {
        open(member.name);
        this->members(member.named->members);
        close(member.name);
      } else {
        line("&lt;", member.name, "&gt;");
        text_.append(sample_value(member)).append("&lt;/").append(member.name).append("&gt;\n");
      }
    }
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void line(std::string_view before, std::string_view tag, std::string_view after) {
    text_.append(2 * depth_, ' ').append(before).append(tag).append(after);
  }

  std::string text_;
  std::size_t depth_ = 0;
};

std::string sample_envelope(std::string_view wrapper, std::span<const Member> members, SoapVersion version) {
  const bool is_11 = version == SoapVersion::v11;
  const std::string prefix = is_11 ? "soap" : "soap12";
  const std::string name_space{is_11 ? envelope_namespace_11 : envelope_namespace_12};
  Lines lines;
  lines.open(prefix +
             ":Envelope xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
             "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:" +
             prefix + "=\"" + name_space + "\"");
  lines.open(prefix + ":Body");
  const std::string tag = std::string{wrapper} + " xmlns=\"" + std::string{service_namespace} + "\"";
  if (members.empty()) {
    lines.empty(tag);
  } else {
    lines.open(tag);
    lines.members(members);
    lines.close(wrapper);
  }
  lines.close(prefix + ":Body");
  lines.close(prefix + ":Envelope");
  return "&lt;?xml version=\"1.0\" encoding=\"utf-8\"?&gt;\n" + std::move(lines).text();
}

std::string content_header(SoapVersion version) {
  return std::string{"Content-Type: "}
      .append(version == SoapVersion::v11 ? "text/xml" : "application/soap+xml")
      .append("; charset=utf-8\nContent-Length: ")
      .append(placeholder("length"))
      .append("\n");
}

}  // namespace

std::string sample_request(const OperationContract& operation, SoapVersion version, const SampleTarget& target) {
  std::string text = "POST " + escaped(target.path) + " HTTP/1.1\nHost: " + escaped(target.host) + "\n";
  text += content_header(version);
  if (version == SoapVersion::v11)
    text.append("SOAPAction: \"").append(service_namespace).append(operation.name).append("\"\n");
  return text + "\n" + sample_envelope(operation.name, operation.request, version);
}

std::string sample_response(const OperationContract& operation, SoapVersion version) {
  return "HTTP/1.1 200 OK\n" + content_header(version) + "\n" +
         sample_envelope(std::string{operation.name} + "Response", operation.response, version);
}

}  // namespace tally::soap
