#pragma once

#include <string>
#include <vector>

namespace tally::model {

/// One property of a session, as clients send and read them (docsvision-storageserver, 1.1 and 2.1).
struct Setting {
  std::string name;   ///< compared without regard to ASCII case
  std::string type;   ///< the client's own word, such as "string" or "int"; kept as sent
  std::string value;  ///< UTF-8
  bool read_only = false;
  bool operator==(const Setting&) const = default;
};

using Settings = std::vector<Setting>;

}  // namespace tally::model
