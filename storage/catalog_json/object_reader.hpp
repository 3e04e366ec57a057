#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spot.hpp"

namespace tally::catalog_json {

/// How one member of an object is read into its target.
template<class Target>
struct MemberRule {
  std::string_view name;
  bool required = false;
  void (*read)(const Spot& spot, Target& target) = nullptr;
};

/// A table of members and the object that they fill, during the reading of one JSON object.
template<class Target>
class Part {
 public:
  Part(std::span<const MemberRule<Target>> rules, Target& target)
      : rules_{rules}, target_{target}, seen_(rules.size(), false) {}

  /// False when no rule of this part has the member's name.
  bool read(const Spot& spot, std::string_view name) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (rules_[i].name != name) continue;
      if (seen_[i]) {
        spot.mistake("is given twice");
      } else {
        rules_[i].read(spot, target_);
      }
      seen_[i] = true;
      return true;
    }
    return false;
  }

  void report_missing(const Spot& object) const {
    for (std::size_t i = 0; i < rules_.size(); ++i)
      if (rules_[i].required && !seen_[i]) object.mistake_of(rules_[i].name, "is missing");
  }

  void append_names(std::string& names) const {
    for (const auto& rule : rules_) names.append(names.empty() ? "" : ", ").append(rule.name);
  }

 private:
  std::span<const MemberRule<Target>> rules_;
  Target& target_;
  std::vector<bool> seen_;
};

/// Reads an object whose members are those of all the parts together; anything else in it is a mistake. False when the
/// value is no object.
template<class... Targets>
bool read_object(const Spot& spot, Part<Targets>... parts) {
  const auto* object = std::get_if<Node::Object>(&spot.node.value);
  if (object == nullptr) {
    spot.mistake("must be an object");
    return false;
  }
  for (const NamedNode& member : *object) {
    if (spot.mistakes.full()) return true;
    const Place place{&spot.place, member.name, {}};
    if ((parts.read(Spot{member.node, place, spot.mistakes}, member.name) || ...)) continue;
    std::string known;
    (parts.append_names(known), ...);
    spot.mistakes.add(member.line, place, "unknown member; known here are " + known);
  }
  (parts.report_missing(spot), ...);
  return true;
}

/// Calls `read` with each element of a list.
template<class Read>
void read_list(const Spot& spot, Read read) {
  const auto* list = std::get_if<Node::List>(&spot.node.value);
  if (list == nullptr) return spot.mistake("must be a list");
  for (std::size_t i = 0; i < list->size() && !spot.mistakes.full(); ++i) {
    const Place place{&spot.place, {}, i};
    read(Spot{(*list)[i], place, spot.mistakes});
  }
}

}  // namespace tally::catalog_json
