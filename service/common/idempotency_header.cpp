#include "tally/common/idempotency_header.hpp"

#include <algorithm>

#include "tally/common/digest.hpp"

namespace tally::common {
namespace {

constexpr std::size_t key_bytes_max = 128;

/// Values, each with its length in front, so that no two commands write the same. Empty for a command that changes
/// nothing. What the door draws at random (a new session's id) is no part of the command.
struct Values {
  std::string text;
  Values& add(std::string_view value) {
    text.append(std::to_string(value.size())).append(1, ':').append(value);
    return *this;
  }
  Values& add(const char* value) { return add(std::string_view{value}); }
  Values& add(const std::string& value) { return add(std::string_view{value}); }
  Values& add(bool value) { return add(value ? "1" : "0"); }
  Values& add(std::int64_t value) { return add(std::to_string(value)); }
  Values& add(const model::Guid& value) { return add(to_string(value)); }
  Values& add(const model::ZoneKey& zone) { return add(zone.numerator).add(zone.name); }
  Values& add(model::NumberRange numbers) { return add(std::int64_t{numbers.first}).add(std::int64_t{numbers.last}); }
  Values& add(const model::Settings& settings) {
    for (const auto& s : settings) add(s.name).add(s.type).add(s.value).add(s.read_only);
    return *this;
  }
};

Values license(const engine::LicenseName& name) {
  Values values;
  values.add(name.account).add(name.product).add(name.key).add(name.number ? name.number->value : 0);
  return values;
}

/// The values of each command.
struct CommandWriter {
  std::string operator()(const engine::OpenSession& c) const {
    return Values{}.add(c.account).add(c.database).add(c.settings).text;
  }
  std::string operator()(const engine::EndSession& c) const { return Values{}.add(c.session).text; }
  std::string operator()(const engine::TerminateSession& c) const {
    return Values{}.add(c.account.value_or("")).add(c.session).text;
  }
  // Both come from one operation: the word keeps them apart.
  std::string operator()(const engine::SuspendSession& c) const { return Values{}.add("offline").add(c.session).text; }
  std::string operator()(const engine::ResumeSession& c) const { return Values{}.add("online").add(c.session).text; }
  std::string operator()(const engine::ChangeSettings& c) const { return Values{}.add(c.session).add(c.settings).text; }
  std::string operator()(const engine::TakePlace& c) const { return Values{}.add(c.session).add(c.option).text; }
  std::string operator()(const engine::GiveBack& c) const { return Values{}.add(c.session).add(c.option).text; }
  std::string operator()(const engine::TakeProductPlace& c) const {
    return Values{}.add(c.session).add(c.product).add(c.reason).text;
  }
  std::string operator()(const engine::GiveBackToken& c) const {
    return Values{}.add(c.session).add(c.token.value).text;
  }
  std::string operator()(const engine::ImportCatalog& c) const { return Values{}.add(c.file_hash).add(c.force).text; }
  std::string operator()(const engine::TakeNumbers& c) const {
    return Values{}.add(c.session).add(c.zone).add(c.numbers).add(c.for_user).text;
  }
  std::string operator()(const engine::TakeFreeNumber& c) const {
    return Values{}.add(c.session).add(c.zone).add(static_cast<std::int64_t>(c.which)).add(c.for_user).text;
  }
  std::string operator()(const engine::ReleaseNumbers& c) const {
    return Values{}.add(c.session).add(c.zone).add(c.numbers).text;
  }
  std::string operator()(const engine::ReleaseNumberById& c) const {
    return Values{}.add(c.session).add(c.numerator).add(c.number_id).text;
  }
  std::string operator()(const engine::ChangeBound& c) const {
    return Values{}
        .add(c.session)
        .add(c.numerator)
        .add(static_cast<std::int64_t>(c.side))
        .add(std::int64_t{c.bound})
        .add(c.force)
        .text;
  }
  std::string operator()(const engine::SetLock& c) const {
    const auto kind = static_cast<std::int64_t>(c.kind);
    return Values{}.add(c.session).add(c.resource).add(kind).add(c.section).add(c.instance).add(c.check_out).text;
  }
  std::string operator()(const engine::ClearLock& c) const {
    return Values{}.add(c.session).add(c.resource).add(c.force).text;
  }
  std::string operator()(const engine::ClearLocks& c) const {
    Values values;
    values.add(c.session).add(c.force);
    for (const auto& resource : c.resources) values.add(resource);
    return values.text;
  }
  std::string operator()(const engine::Consume& c) const {
    Values values = license(c.license);
    values.add(c.feature).add(c.user).add(c.quantity.millionths());
    if (c.overages.allowed) values.add("allowed").add(*c.overages.allowed);
    if (c.overages.maximum) values.add("maximum").add(c.overages.maximum->millionths());
    return values.text;
  }
  std::string operator()(const engine::RegisterUser& c) const {
    Values values = license(c.license);
    values.add(c.feature).add(c.user).add(c.computer).add(c.address).add(c.borrows);
    if (c.borrowed_until) values.add(std::int64_t{c.borrowed_until->time_since_epoch().count()});
    return values.text;
  }
  std::string operator()(const engine::UnregisterUser& c) const {
    return license(c.license).add(c.feature).add(c.user).text;
  }
  std::string operator()(const engine::UnregisterAll& c) const {
    return Values{}.add(c.account).add(c.product).add(c.feature).text;
  }
  // Each comes from an operation of its own, whose name is part of the key.
  std::string operator()(const engine::RemoveLicense& c) const { return license(c.license).text; }
  std::string operator()(const engine::InstallLicense& c) const { return license(c.license).text; }
  std::string operator()(const engine::Allot& c) const {
    Values values;
    values.add(c.holder.account).add(c.holder.scope).add(c.holder.service);
    for (const auto& [code, quantity] : c.quantities) values.add(code).add(quantity.millionths());
    return values.text;
  }
  std::string operator()(const engine::RemoveAllotments& c) const {
    Values values;
    values.add(c.account).add(c.scope);
    if (c.service) values.add(*c.service);
    return values.text;
  }
  // What only reads. An open cursor is no lasting change: a restart closes it.
  std::string operator()(const engine::KeepAlive&) const { return {}; }
  std::string operator()(const engine::ReadSession&) const { return {}; }
  std::string operator()(const engine::ListSessions&) const { return {}; }
  std::string operator()(const engine::ReadNumberById&) const { return {}; }
  std::string operator()(const engine::ReadNumberId&) const { return {}; }
  std::string operator()(const engine::ReadNumberStatus&) const { return {}; }
  std::string operator()(const engine::ListNumbers&) const { return {}; }
  std::string operator()(const engine::ReadCursorPage&) const { return {}; }
  std::string operator()(const engine::ReadPageCount&) const { return {}; }
  std::string operator()(const engine::CloseCursor&) const { return {}; }
  std::string operator()(const engine::ReadLock&) const { return {}; }
  std::string operator()(const engine::ListLocks&) const { return {}; }
  std::string operator()(const engine::ReadProfile&) const { return {}; }
  std::string operator()(const engine::ReadProfileById&) const { return {}; }
  std::string operator()(const engine::ReadLicenses&) const { return {}; }
  std::string operator()(const engine::ReadAllotments&) const { return {}; }
  std::string operator()(const engine::ReadOwnedProducts&) const { return {}; }
};

}  // namespace

std::expected<std::optional<model::IdempotencyKey>, std::string_view> idempotency_key(const http::Request& request,
                                                                                      const Identity& identity,
                                                                                      std::string_view operation,
                                                                                      const engine::Command& command) {
  const auto key = request.header("Idempotency-Key");
  if (!key) return std::nullopt;
  const bool visible = std::ranges::all_of(*key, [](char c) { return c > 0x20 && c < 0x7f; });
  if (key->empty() || key->size() > key_bytes_max || !visible || request.header_count("Idempotency-Key") != 1) {
    return std::unexpected{"Idempotency-Key must be given once, with 1 to 128 visible ASCII characters"};
  }
  const std::string values = std::visit(CommandWriter{}, command);
  if (values.empty()) return std::nullopt;
  return model::IdempotencyKey{.caller = identity.idempotency_scope(),
                               .operation = std::string{operation},
                               .key = std::string{*key},
                               .digest = sha256(values)};
}

}  // namespace tally::common
