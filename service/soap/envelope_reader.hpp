#pragma once

#include <string>
#include <string_view>

#include "soap_version.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// The outline of an envelope: what decides where it goes, before gSOAP reads the parameters.
struct EnvelopeOutline {
  std::string root_namespace;
  bool root_is_envelope = false;   ///< of either SOAP version
  SoapVersion version = SoapVersion::v11;
  bool has_body = false;
  std::string operation_namespace;  ///< of the first element in the body
  std::string operation;
  bool must_understand = false;     ///< a header demands to be understood; none of ours is
};

/// Reads the outline; false when the text is not well-formed XML without a document type.
[[nodiscard]] bool read_outline(XmlReader& reader, std::string_view document, EnvelopeOutline& outline);

/// Without a byte order mark and XML declaration: gSOAP would obey an encoding named there, but what counts is the
/// content type, and by it the text is UTF-8.
[[nodiscard]] std::string_view without_declaration(std::string_view document);

}  // namespace tally::soap
