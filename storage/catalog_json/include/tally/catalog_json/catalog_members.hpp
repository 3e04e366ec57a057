#pragma once

#include <string_view>
#include <vector>

namespace tally::catalog_json {

/// The kinds of object in a catalogue file.
enum class Shape { catalog, account, license, feature, tenant, product };

/// A member that the reader knows.
struct MemberName {
  std::string_view name;
  bool required = false;
  bool operator==(const MemberName&) const = default;
};

/// The members that the reader accepts in such an object, taken from the tables it reads by; docs/catalog.schema.json
/// is held against them.
[[nodiscard]] std::vector<MemberName> members_of(Shape shape);

}  // namespace tally::catalog_json
