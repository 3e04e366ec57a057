#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "document_position.hpp"
#include "operation_contract.hpp"
#include "soap_version.hpp"
#include "xml_reader.hpp"

namespace tally::soap {

/// A value that is not of its type.
struct BadValue {
  std::string reason;
  DocumentPosition position;
};

/// An envelope as Expat read it: where it goes, and the operation's parameters.
struct EnvelopeOutline {
  std::string root_namespace;
  bool is_soap = false;      ///< the root is in the namespace of either version; all else is read only then
  bool is_envelope = false;  ///< and is called so
  SoapVersion version = SoapVersion::v11;
  bool has_body = false;
  const OperationContract* operation = nullptr;  ///< the one asked for, else what the body's first element names
  std::string parameters;                        ///< what ParametersReader makes of the operation's wrapper
  std::optional<BadValue> bad_value;             ///< the first; no value behind it was looked at
  std::optional<std::string> not_understood;     ///< local name of a header for us that demands it; we know none
};

/// Reads an envelope; false when the text is not well-formed XML without a document type, or has an element within a
/// value. Where an operation is asked for, its wrapper is looked for anywhere in the body, and without one all
/// parameters take their defaults.
[[nodiscard]] bool read_outline(XmlReader& reader, std::string_view document, const OperationContract* asked_for,
                                EnvelopeOutline& outline);

}  // namespace tally::soap
