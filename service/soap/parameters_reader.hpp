#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operation_contract.hpp"
#include "value_check.hpp"

namespace tally::soap {

/// Depth of an operation's parameters in an envelope: below the envelope, the body and the wrapper.
inline constexpr int parameter_depth = 4;

/// Reads what stands in an operation's wrapper as the original stack does, by the contract: of elements with one name
/// the first, only those in the service's namespace, in any order; what is unknown is left out with all it holds, and
/// each value is held against its type. What is left is written anew: no attributes, no prefixes, no comments, text
/// escaped. So gSOAP meets nothing of what makes it slow or lenient (namespaces and attributes by the thousand,
/// references, declared encodings).
class ParametersReader {
 public:
  /// `xml` is appended to, and outlives the reader.
  explicit ParametersReader(std::string& xml) : xml_{xml} {}

  void begin(const OperationContract& operation) { request_.members = operation.request; }
  /// False when there is an element within a value: there the original's XML reader refuses the document.
  [[nodiscard]] bool start(int depth, std::string_view name_space, std::string_view name);
  void text(std::string_view text);
  /// What is wrong with the value that ends here.
  [[nodiscard]] std::optional<ValueFlaw> end(int depth);

 private:
  /// The wrapper or a structure: which of its members came already, and which one is open.
  struct Level {
    std::span<const Member> members;
    std::uint32_t seen = 0;
    const Member* open = nullptr;

    /// The member, if it is known and came for the first time.
    const Member* admit(std::string_view name);
  };

  void close_start_tag();
  [[nodiscard]] std::optional<ValueFlaw> end_value(const Member& member);

  std::string& xml_;
  Level request_;
  Level structure_;
  std::size_t value_begin_ = 0;
  bool start_tag_is_open_ = false;
  int left_out_from_ = 0;  ///< depth of the element that is being left out; 0 for none
};

}  // namespace tally::soap
