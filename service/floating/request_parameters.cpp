#include "request_parameters.hpp"

#include <array>
#include <boost/json.hpp>
#include <boost/url/parse_query.hpp>
#include <charconv>
#include <cmath>

#include "tally/catalog_json/instant_text.hpp"
#include "tally/model/names.hpp"

namespace tally::floating {
namespace {

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 256;
constexpr std::int64_t exact_in_json_max = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t units_max = 1'000'000'000'000;

// Readers of one value each: false when it can't be one.

bool read(std::string_view value, std::string& text) {
  if (value.size() > text_bytes_max || model::has_control_characters(value)) return false;
  text = value;
  return true;
}
bool read(const json::value& value, std::string& text) {
  const auto* string = value.if_string();
  return string != nullptr && read(std::string_view{*string}, text);
}

bool read(std::string_view value, std::int64_t& number) {
  if (value.starts_with('+') && !value.starts_with("+-")) value.remove_prefix(1);
  const auto end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  return error == std::errc{} && stop == end;
}
bool read(const json::value& value, std::int64_t& number) {
  if (const auto* text = value.if_string()) return read(std::string_view{*text}, number);
  if (const auto* real = value.if_double()) {
    const bool is_whole = std::trunc(*real) == *real && std::abs(*real) <= static_cast<double>(exact_in_json_max);
    if (is_whole) number = static_cast<std::int64_t>(*real);
    return is_whole;
  }
  const auto* whole = value.if_int64();
  if (whole != nullptr) number = *whole;
  return whole != nullptr;
}

template<class Value>
bool read(const Value& value, std::optional<model::LicenseId>& license) {
  std::int64_t number = 0;
  if (!read(value, number)) return false;
  license = model::LicenseId{number};
  return true;
}

template<class Value>
bool read(const Value& value, std::optional<model::Quantity>& quantity) {
  std::int64_t units = 0;
  if (!read(value, units) || units < -units_max || units > units_max) return false;
  quantity = model::Quantity::units(units);
  return true;
}

bool read(std::string_view value, std::optional<bool>& flag) {
  const bool is_true = model::equal_ignoring_case(value, "true") || value == "1";
  const bool is_false = model::equal_ignoring_case(value, "false") || value == "0";
  if (is_true || is_false) flag = is_true;
  return is_true || is_false;
}
bool read(const json::value& value, std::optional<bool>& flag) {
  if (const auto* text = value.if_string()) return read(std::string_view{*text}, flag);
  if (const auto* truth = value.if_bool()) {
    flag = *truth;
    return true;
  }
  const auto* number = value.if_int64();
  const bool is_flag = number != nullptr && (*number == 0 || *number == 1);
  if (is_flag) flag = *number == 1;
  return is_flag;
}

/// The zero time, which some clients send, means that there is none.
bool read(std::string_view value, std::optional<model::Instant>& time) {
  if (value.empty() || value.starts_with("0001-01-01")) return true;
  const auto instant = catalog_json::parse_instant(value);
  if (instant) time = *instant;
  return instant.has_value();
}
bool read(const json::value& value, std::optional<model::Instant>& time) {
  const auto* text = value.if_string();
  return text != nullptr && read(std::string_view{*text}, time);
}

/// Members under all names that clients have for them; of two names the last one given counts.
struct Member {
  std::string_view name;
  bool (*from_json)(const json::value&, Parameters&);
  bool (*from_text)(std::string_view, Parameters&);
};

template<auto Parameters::*field>
constexpr Member member(std::string_view name) {
  return {name, [](const json::value& value, Parameters& parameters) { return read(value, parameters.*field); },
          [](std::string_view value, Parameters& parameters) { return read(value, parameters.*field); }};
}

constexpr std::array members{
    member<&Parameters::product>("product"),
    member<&Parameters::consumptions>("consumptions"),
    member<&Parameters::user>("user"),
    member<&Parameters::license>("license_id"),
    member<&Parameters::feature>("feature"),
    member<&Parameters::max_overages>("max_overages"),
    member<&Parameters::allow_overages>("allow_overages"),
    member<&Parameters::allow_overages>("allowOverages"),
    member<&Parameters::allow_overages>("allowe_overages"),
    member<&Parameters::license_key>("license_key"),
    member<&Parameters::license_key>("licenseKey"),
    member<&Parameters::hardware_id>("hardware_id"),
    member<&Parameters::computer>("os_hostname"),
    member<&Parameters::address>("ip_local"),
    member<&Parameters::borrowed_until>("borrowed_until"),
    member<&Parameters::borrowed_until>("borrow_until"),
    member<&Parameters::account_user>("username"),
};

const Member* find_member(std::string_view name) {
  for (const auto& each : members) {
    if (model::equal_ignoring_case(each.name, name)) return &each;
  }
  return nullptr;
}

Mistake bad_value(const Member& member) {
  return {"validation_error", "the value of " + std::string{member.name} + " is not valid"};
}

std::optional<Mistake> read_query(std::string_view query, Parameters& parameters) {
  const boost::urls::encoding_opts plus_is_space{true};
  // A copy: Boost.URL 1.81 reads on to a NUL behind the text.
  const std::string text{query};
  const auto parsed = boost::urls::parse_query(text);
  if (!parsed) return Mistake{"validation_error", "the query can't be read"};
  for (const auto& parameter : *parsed) {
    std::string key;
    std::string value;
    parameter.key.decode(plus_is_space, boost::urls::string_token::assign_to(key));
    parameter.value.decode(plus_is_space, boost::urls::string_token::assign_to(value));
    const Member* member = find_member(key);
    if (member == nullptr) continue;
    if (!model::is_utf8(value) || !member->from_text(value, parameters)) return bad_value(*member);
  }
  return std::nullopt;
}

std::optional<Mistake> read_body(std::string_view body, Parameters& parameters) {
  // Usual bodies fit the buffer, so that reading one asks for no memory.
  std::array<unsigned char, 4096> buffer;
  json::monotonic_resource memory{buffer.data(), buffer.size()};
  json::error_code error;
  const json::value document = json::parse(json::string_view{body.data(), body.size()}, error, &memory);
  if (error) return Mistake{"invalid_json", "the body is not JSON"};
  const auto* object = document.if_object();
  if (object == nullptr) return Mistake{"validation_error", "the body is not a JSON object"};
  for (const auto& [key, value] : *object) {
    if (value.is_null()) continue;
    const Member* member = find_member(std::string_view{key.data(), key.size()});
    if (member != nullptr && !member->from_json(value, parameters)) return bad_value(*member);
  }
  return std::nullopt;
}

}  // namespace

std::expected<Parameters, Mistake> read_parameters(const http::Request& request) {
  Parameters parameters;
  if (!request.query.empty()) {
    if (auto mistake = read_query(request.query, parameters)) return std::unexpected{std::move(*mistake)};
  }
  if (!request.body.empty()) {
    if (auto mistake = read_body(request.body, parameters)) return std::unexpected{std::move(*mistake)};
  }
  if (parameters.max_overages && *parameters.max_overages < model::Quantity{})
    return std::unexpected{Mistake{"validation_error", "the value of max_overages is not valid"}};
  return parameters;
}

}  // namespace tally::floating
