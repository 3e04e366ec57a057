#include "tally/common/idempotency_header.hpp"

#include <algorithm>

#include "tally/common/digest.hpp"

namespace tally::common {
namespace {

constexpr std::size_t key_bytes_max = 128;

/// The values of a command, each with its length in front, so that no two commands write the same. Empty for a command
/// that changes nothing. What the door draws at random (a new session's id) is no part of the command.
struct Values {
  std::string text;
  Values& add(std::string_view value) {
    text.append(std::to_string(value.size())).append(1, ':').append(value);
    return *this;
  }
  Values& add(const model::Settings& settings) {
    for (const auto& s : settings) add(s.name).add(s.type).add(s.value).add(s.read_only ? "1" : "0");
    return *this;
  }
};

std::string values_of(const engine::Command& command) {
  struct Writer {
    std::string operator()(const engine::OpenSession& c) const {
      return Values{}.add(c.account).add(c.database).add(c.settings).text;
    }
    std::string operator()(const engine::EndSession& c) const { return Values{}.add(to_string(c.session)).text; }
    std::string operator()(const engine::TerminateSession& c) const {
      return Values{}.add(c.account.value_or("")).add(to_string(c.session)).text;
    }
    // Both come from one operation: the word keeps them apart.
    std::string operator()(const engine::SuspendSession& c) const {
      return Values{}.add("offline").add(to_string(c.session)).text;
    }
    std::string operator()(const engine::ResumeSession& c) const {
      return Values{}.add("online").add(to_string(c.session)).text;
    }
    std::string operator()(const engine::ChangeSettings& c) const {
      return Values{}.add(to_string(c.session)).add(c.settings).text;
    }
    std::string operator()(const engine::TakePlace& c) const {
      return Values{}.add(to_string(c.session)).add(to_string(c.option)).text;
    }
    std::string operator()(const engine::GiveBack& c) const {
      return Values{}.add(to_string(c.session)).add(to_string(c.option)).text;
    }
    std::string operator()(const engine::ImportCatalog& c) const {
      return Values{}.add(c.file_hash).add(c.force ? "1" : "0").text;
    }
    std::string operator()(const engine::KeepAlive&) const { return {}; }
    std::string operator()(const engine::ReadSession&) const { return {}; }
    std::string operator()(const engine::ListSessions&) const { return {}; }
  };
  return std::visit(Writer{}, command);
}

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
  const std::string values = values_of(command);
  if (values.empty()) return std::nullopt;
  return model::IdempotencyKey{.caller = identity.idempotency_scope(),
                               .operation = std::string{operation},
                               .key = std::string{*key},
                               .digest = sha256(values)};
}

}  // namespace tally::common
