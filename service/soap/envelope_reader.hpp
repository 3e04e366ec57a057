#pragma once

#include <string>
#include <string_view>

#include "soap_version.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// An envelope as Expat read it: where it goes, and the operation's parameters.
struct EnvelopeOutline {
  std::string root_namespace;
  bool root_is_envelope = false;  ///< of either SOAP version
  SoapVersion version = SoapVersion::v11;
  bool has_body = false;
  std::string operation_namespace;  ///< of the first element in the body
  std::string operation;
  /// What stands in that element in the service's namespace, written anew: no attributes, no prefixes, no comments,
  /// text escaped, and an empty parameter always as `<name/>`. So gSOAP meets nothing of what makes it slow or lenient
  /// (namespaces and attributes by the thousand, references, declared encodings), and an empty parameter can be told
  /// from a missing one.
  std::string parameters;
  bool must_understand = false;  ///< a header demands to be understood; none of ours is
};

/// Reads an envelope; false when the text is not well-formed XML without a document type.
[[nodiscard]] bool read_outline(XmlReader& reader, std::string_view document, EnvelopeOutline& outline);

/// Whether the operation has this parameter without anything in it. `parameters` is the outline's.
[[nodiscard]] bool has_empty_parameter(std::string_view parameters, std::string_view name);

}  // namespace tally::soap
