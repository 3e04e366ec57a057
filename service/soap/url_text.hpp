#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::soap {

/// As HttpUtility.UrlDecode: a plus sign is a blank, and what is no escape stays as it is.
[[nodiscard]] std::string url_decoded(std::string_view text);

/// What a SOAPAction header names: one pair of quotes is removed if both are there, then the value is URL-decoded
/// (docsvision-storageserver, 4.3).
[[nodiscard]] std::string action_of(std::string_view header);

/// What follows the question mark, as HttpRequest.QueryString has it: names without regard to case, the values of one
/// name joined by commas, and "?word" a value without a name.
class QueryText {
 public:
  explicit QueryText(std::string_view query);
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> nameless() const;

 private:
  struct Part {
    std::optional<std::string> name;
    std::string value;
  };
  template<class Wanted>
  [[nodiscard]] std::optional<std::string> joined(Wanted is_wanted) const;
  std::vector<Part> parts_;
};

}  // namespace tally::soap
