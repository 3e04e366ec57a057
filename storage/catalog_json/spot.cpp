#include "spot.hpp"

#include <algorithm>

namespace tally::catalog_json {
namespace {

constexpr std::size_t shown_bytes_max = 60;

std::string shortened(std::string_view text) {
  std::size_t size = std::min(text.size(), shown_bytes_max);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  std::string shown{text.substr(0, size)};
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return size < text.size() ? shown + "..." : shown;
}

std::string path_of(const Place& place) {
  const std::string before = place.parent == nullptr ? std::string{} : path_of(*place.parent);
  if (place.index) return before + '[' + std::to_string(*place.index) + ']';
  return before.empty() ? shortened(place.member) : before + '.' + shortened(place.member);
}

}  // namespace

std::string quoted(std::string_view text) { return '"' + shortened(text) + '"'; }

void Mistakes::add(std::size_t line, const Place& place, std::string what) {
  if (!full()) list_.push_back({line, path_of(place), std::move(what)});
}

std::vector<Mistake> Mistakes::take_in_order() {
  std::ranges::stable_sort(list_, {}, &Mistake::line);
  return std::move(list_);
}

const NamedNode* Spot::find(std::string_view member) const {
  const auto* object = std::get_if<Node::Object>(&node.value);
  if (object == nullptr) return nullptr;
  const auto found = std::ranges::find(*object, member, &NamedNode::name);
  return found == object->end() ? nullptr : &*found;
}

void Spot::mistake_of(std::string_view member, std::string what) const {
  const NamedNode* named = find(member);
  mistakes.add(named == nullptr ? node.line : named->line, Place{&place, member, {}}, std::move(what));
}

}  // namespace tally::catalog_json
