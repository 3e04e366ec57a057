#include "lock_texts.hpp"

#include <algorithm>

#include "attribute_texts.hpp"

namespace tally::soap {
namespace {

class ItemsHandler final : public XmlHandler {
 public:
  void start(int depth, std::string_view, std::string_view name, Attributes attributes) override {
    if (depth == 1) is_right_ = name == "GroupOperation" && attributes.empty();
    if (depth > 1) is_right_ = is_right_ && depth == 2 && name == "Item" && take(attributes);
  }
  void text(int, std::string_view text) override {
    if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) is_right_ = false;
  }
  void end(int) override {}

  [[nodiscard]] bool is_right() const { return is_right_; }
  std::vector<model::Guid> items;

 private:
  bool take(Attributes attributes) {
    if (attributes.size() != 1 || attributes.front().first != "ID") return false;
    const auto id = model::parse_guid(attributes.front().second);
    if (id) items.push_back(*id);
    return id.has_value();
  }

  bool is_right_ = false;
};

std::string_view type_of(model::ResourceKind kind) {
  switch (kind) {
    case model::ResourceKind::custom: return "CUSTOM";
    case model::ResourceKind::card: return "CARD";
    case model::ResourceKind::file: return "FILE";
    case model::ResourceKind::row: return "ROW";
  }
  return {};
}

void append_lock(std::string& xml, const model::Lock& lock) {
  xml += "<Lock";
  append_attribute(xml, "ResourceID", to_string(lock.resource));
  append_attribute(xml, "ResourceType", type_of(lock.kind));
  append_attribute(xml, "SectionID", to_string(lock.section));
  append_attribute(xml, "InstanceID", to_string(lock.instance));
  append_attribute(xml, "AccountName", lock.user);
  append_attribute(xml, "LockTime", date_time(lock.locked_at));
  append_attribute(xml, "CheckedOut", lock.is_checked_out() ? "true" : "false");
  xml += " />";
}

}  // namespace

std::optional<std::vector<model::Guid>> parse_items(XmlReader& reader, std::string_view text) {
  ItemsHandler handler;
  if (!reader.read(text, handler) || !handler.is_right()) return std::nullopt;
  return std::move(handler.items);
}

std::string items_text(const std::vector<model::Guid>& items) {
  std::string xml = "<GroupOperation>";
  for (const auto& item : items) {
    xml += "<Item";
    append_attribute(xml, "ID", to_string(item));
    xml += " />";
  }
  return xml + "</GroupOperation>";
}

std::string_view lock_status(model::LockView::State state) {
  switch (state) {
    case model::LockView::State::free: return "STATUS_FREE";
    case model::LockView::State::locked: return "STATUS_LOCKED";
    case model::LockView::State::checked_out: return "STATUS_CHECKED_OUT";
    case model::LockView::State::locked_by_asker: return "STATUS_OWNER_LOCKED";
    case model::LockView::State::checked_out_by_asker: return "STATUS_OWNER_CHECKED_OUT";
  }
  return {};
}

std::string lock_list_text(const model::LockList& list) {
  std::vector<const model::Lock*> earliest_first;
  earliest_first.reserve(list.locks.size());
  for (const auto& lock : list.locks) earliest_first.push_back(&lock);
  std::ranges::stable_sort(earliest_first, {}, [](const model::Lock* lock) { return lock->locked_at; });
  std::string xml = "<Locks>";
  for (const auto* lock : earliest_first) append_lock(xml, *lock);
  return xml + "</Locks>";
}

}  // namespace tally::soap
