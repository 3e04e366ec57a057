#include "command_reader.hpp"

#include <boost/json/value_to.hpp>
#include <map>
#include <stdexcept>

namespace tally::parity {
namespace {

using namespace engine;

/// The members of a line, each as what a command needs. Those with a default may be absent.
class Fields {
 public:
  explicit Fields(const boost::json::object& line) : line_{line} {}

  [[nodiscard]] std::string text(const char* name) const { return boost::json::value_to<std::string>(line_.at(name)); }
  [[nodiscard]] std::string text_or_none(const char* name) const { return line_.contains(name) ? text(name) : ""; }
  [[nodiscard]] bool flag(const char* name) const { return line_.contains(name) && line_.at(name).as_bool(); }
  [[nodiscard]] std::int64_t number(const char* name) const { return line_.at(name).as_int64(); }
  [[nodiscard]] std::int32_t number32(const char* name) const { return static_cast<std::int32_t>(number(name)); }
  [[nodiscard]] std::optional<model::Quantity> units(const char* name) const {
    return line_.contains(name) ? std::optional{model::Quantity::units(number(name))} : std::nullopt;
  }
  [[nodiscard]] model::Guid guid(const char* name) const { return parsed(text(name)); }
  [[nodiscard]] std::vector<model::Guid> guids(const char* name) const {
    std::vector<model::Guid> all;
    for (const auto& each : line_.at(name).as_array()) all.push_back(parsed(boost::json::value_to<std::string>(each)));
    return all;
  }
  [[nodiscard]] model::Settings settings() const {
    model::Settings all;
    for (const auto& [name, value] : line_.at("settings").as_object())
      all.push_back({.name = name, .type = "string", .value = boost::json::value_to<std::string>(value)});
    return all;
  }
  /// By code, in millionths.
  [[nodiscard]] std::vector<model::ProductQuantity> quantities() const {
    std::vector<model::ProductQuantity> all;
    for (const auto& [code, millionths] : line_.at("quantities").as_object())
      all.push_back({.code = code, .quantity = model::Quantity::from_millionths(millionths.as_int64())});
    return all;
  }
  [[nodiscard]] std::optional<std::string> text_if_any(const char* name) const {
    return line_.contains(name) ? std::optional{text(name)} : std::nullopt;
  }
  [[nodiscard]] model::SessionId session() const { return guid("session"); }
  [[nodiscard]] model::ZoneKey zone() const { return {.numerator = guid("numerator"), .name = text("zone")}; }
  [[nodiscard]] model::NumberRange numbers() const { return {number32("first"), number32("last")}; }
  [[nodiscard]] LicenseName license() const {
    return {.account = account, .product = text("product"), .number = {}, .key = {}};
  }
  [[nodiscard]] std::optional<model::Instant> instant(const char* name) const {
    if (!line_.contains(name)) return std::nullopt;
    return model::Instant{std::chrono::seconds{number(name)}};
  }

  static constexpr const char* account = "default";

 private:
  static model::Guid parsed(const std::string& text) {
    const auto guid = model::parse_guid(text);
    if (!guid) throw std::invalid_argument{text + " is no guid"};
    return *guid;
  }

  const boost::json::object& line_;
};

Consume consume(const Fields& f) {
  Consume command{.license = f.license(),
                  .feature = f.text_or_none("feature"),
                  .user = f.text("user_name"),
                  .quantity = *f.units("units"),
                  .overages = {.allowed = {}, .maximum = f.units("max_overages")}};
  if (command.overages.maximum) command.overages.allowed = f.flag("allow_overages");
  return command;
}

RegisterUser enroll(const Fields& f) {
  return {.license = f.license(),
          .feature = f.text_or_none("feature"),
          .user = f.text("user_name"),
          .computer = f.text_or_none("computer"),
          .address = {},
          .borrows = f.flag("borrows"),
          .borrowed_until = f.instant("borrowed_until")};
}

using Reader = Command (*)(const Fields&);

// What a later door adds to the engine is added here; only the catalogue comes by the command line.
const std::map<std::string, Reader> readers{
    {"OpenSession",
     [](const Fields& f) -> Command {
       return OpenSession{.account = f.account,
                          .id = f.session(),
                          .database = {},
                          .settings = f.settings(),
                          .profile = f.guid("profile")};
     }},
    {"EndSession", [](const Fields& f) -> Command { return EndSession{f.session()}; }},
    {"TerminateSession",
     [](const Fields& f) -> Command { return TerminateSession{.account = f.account, .session = f.session()}; }},
    {"SuspendSession", [](const Fields& f) -> Command { return SuspendSession{f.session()}; }},
    {"ResumeSession", [](const Fields& f) -> Command { return ResumeSession{f.session()}; }},
    {"KeepAlive", [](const Fields& f) -> Command { return KeepAlive{f.session()}; }},
    {"ReadSession", [](const Fields& f) -> Command { return ReadSession{f.session()}; }},
    {"ChangeSettings",
     [](const Fields& f) -> Command {
       return ChangeSettings{f.session(), f.settings()};
     }},
    {"ListSessions", [](const Fields& f) -> Command { return ListSessions{f.account}; }},
    {"TakePlace",
     [](const Fields& f) -> Command {
       return TakePlace{f.session(), f.guid("option")};
     }},
    {"GiveBack",
     [](const Fields& f) -> Command {
       return GiveBack{f.session(), f.guid("option")};
     }},
    {"TakeProductPlace",
     [](const Fields& f) -> Command {
       return TakeProductPlace{
           .session = f.session(), .product = f.text("product"), .reason = f.text_or_none("reason")};
     }},
    {"GiveBackToken",
     [](const Fields& f) -> Command {
       return GiveBackToken{f.session(), {f.number("token")}};
     }},
    {"TakeNumbers",
     [](const Fields& f) -> Command {
       return TakeNumbers{.session = f.session(),
                          .zone = f.zone(),
                          .zone_id = f.guid("zone_id"),
                          .numbers = f.numbers(),
                          .for_user = {}};
     }},
    {"TakeFreeNumber",
     [](const Fields& f) -> Command {
       const auto which = f.flag("highest") ? TakeFreeNumber::Which::highest : TakeFreeNumber::Which::lowest;
       return TakeFreeNumber{
           .session = f.session(), .zone = f.zone(), .zone_id = f.guid("zone_id"), .which = which, .for_user = {}};
     }},
    {"ReleaseNumbers",
     [](const Fields& f) -> Command {
       return ReleaseNumbers{.session = f.session(), .zone = f.zone(), .numbers = f.numbers()};
     }},
    {"ReleaseNumberById",
     [](const Fields& f) -> Command {
       return ReleaseNumberById{
           .session = f.session(), .numerator = f.guid("numerator"), .number_id = f.guid("number_id")};
     }},
    {"ChangeBound",
     [](const Fields& f) -> Command {
       return ChangeBound{.session = f.session(),
                          .numerator = f.guid("numerator"),
                          .side = f.flag("right") ? ChangeBound::Side::right : ChangeBound::Side::left,
                          .bound = f.number32("bound"),
                          .force = f.flag("force")};
     }},
    {"ReadNumberById",
     [](const Fields& f) -> Command {
       return ReadNumberById{.session = f.session(), .zone = f.zone(), .number_id = f.guid("number_id")};
     }},
    {"ReadNumberId",
     [](const Fields& f) -> Command {
       return ReadNumberId{.session = f.session(),
                           .numerator = f.guid("numerator"),
                           .zone_id = f.guid("zone_id"),
                           .number = f.number32("number")};
     }},
    {"ReadNumberStatus",
     [](const Fields& f) -> Command {
       return ReadNumberStatus{.session = f.session(), .zone = f.zone(), .number = f.number32("number")};
     }},
    {"ListNumbers",
     [](const Fields& f) -> Command {
       return ListNumbers{.session = f.session(), .zone = f.zone(), .numbers = f.numbers(), .cursor = f.guid("cursor")};
     }},
    {"ReadCursorPage",
     [](const Fields& f) -> Command {
       return ReadCursorPage{
           .session = f.session(), .cursor = f.guid("cursor"), .page = static_cast<std::uint32_t>(f.number("page"))};
     }},
    {"ReadPageCount",
     [](const Fields& f) -> Command {
       return ReadPageCount{f.session(), f.guid("cursor")};
     }},
    {"CloseCursor",
     [](const Fields& f) -> Command {
       return CloseCursor{f.session(), f.guid("cursor")};
     }},
    {"SetLock",
     [](const Fields& f) -> Command {
       return SetLock{.session = f.session(),
                      .resource = f.guid("resource"),
                      .kind = model::ResourceKind::card,
                      .section = {},
                      .instance = {},
                      .check_out = f.flag("check_out")};
     }},
    {"ClearLock",
     [](const Fields& f) -> Command {
       return ClearLock{.session = f.session(), .resource = f.guid("resource"), .force = f.flag("force")};
     }},
    {"ClearLocks",
     [](const Fields& f) -> Command {
       return ClearLocks{.session = f.session(), .resources = f.guids("resources"), .force = f.flag("force")};
     }},
    {"ReadLock",
     [](const Fields& f) -> Command {
       return ReadLock{f.session(), f.guid("resource")};
     }},
    {"ListLocks",
     [](const Fields& f) -> Command {
       return ListLocks{.session = f.session(), .own_only = f.flag("own_only"), .kind = {}};
     }},
    {"ReadProfile",
     [](const Fields& f) -> Command {
       return ReadProfile{f.session(), f.text("user_name")};
     }},
    {"ReadProfileById",
     [](const Fields& f) -> Command {
       return ReadProfileById{f.session(), f.guid("profile")};
     }},
    {"Consume", [](const Fields& f) -> Command { return consume(f); }},
    {"RegisterUser", [](const Fields& f) -> Command { return enroll(f); }},
    {"UnregisterUser",
     [](const Fields& f) -> Command {
       return UnregisterUser{.license = f.license(), .feature = f.text_or_none("feature"), .user = f.text("user_name")};
     }},
    {"UnregisterAll",
     [](const Fields& f) -> Command {
       return UnregisterAll{
           .account = f.account, .product = f.text_or_none("product"), .feature = f.text_or_none("feature")};
     }},
    {"RemoveLicense", [](const Fields& f) -> Command { return RemoveLicense{f.license()}; }},
    {"InstallLicense", [](const Fields& f) -> Command { return InstallLicense{f.license()}; }},
    {"ReadLicenses",
     [](const Fields& f) -> Command { return ReadLicenses{.license = f.license(), .all = f.flag("all")}; }},
    {"Allot",
     [](const Fields& f) -> Command {
       return Allot{.holder = {.account = f.account, .scope = f.text("scope"), .service = f.text("service")},
                    .quantities = f.quantities()};
     }},
    {"RemoveAllotments",
     [](const Fields& f) -> Command {
       return RemoveAllotments{.account = f.account, .scope = f.text("scope"), .service = f.text_if_any("service")};
     }},
    {"ReadAllotments",
     [](const Fields& f) -> Command {
       return ReadAllotments{
           .account = f.account, .scope = f.text_if_any("scope"), .service = f.text_if_any("service")};
     }},
    {"ReadOwnedProducts", [](const Fields& f) -> Command { return ReadOwnedProducts{f.account}; }},
};

}  // namespace

engine::Command read_command(const boost::json::object& line) {
  const Fields fields{line};
  return readers.at(fields.text("command"))(fields);
}

}  // namespace tally::parity
