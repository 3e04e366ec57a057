#include "allocation_request.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/url/pct_string_view.hpp>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "tally/model/names.hpp"

namespace tally::lrm {
namespace {

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 256;
constexpr std::size_t products_max = 1'000;
constexpr std::string_view products_member = "products";
constexpr std::string_view products_alias = "productQuantities";

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= text_bytes_max && model::is_utf8(text) && !model::has_control_characters(text);
}

Mistake not_valid(std::string_view member) { return {"the value of " + std::string{member} + " is not valid"}; }

/// A double is the decimal number that it came from as far as it can tell.
std::optional<model::Quantity> quantity_of(const json::value& value) {
  constexpr auto most = static_cast<double>(model::quantity_max.millionths() / model::Quantity::millionths_per_unit);
  if (const auto* whole = value.if_int64()) {
    if (*whole < 0 || static_cast<double>(*whole) > most) return std::nullopt;
    return model::Quantity::units(*whole);
  }
  const auto* real = value.if_double();
  if (real == nullptr || !(*real >= 0 && *real <= most)) return std::nullopt;
  constexpr double last_place = 1e-15;
  const double millionths = *real * static_cast<double>(model::Quantity::millionths_per_unit);
  const double nearest = std::round(millionths);
  if (std::abs(millionths - nearest) > std::max(millionths * last_place, 1e-6)) return std::nullopt;
  return model::Quantity::from_millionths(static_cast<std::int64_t>(nearest));
}

std::expected<model::ProductQuantity, Mistake> read_product(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::unexpected{not_valid(products_member)};
  std::string code;
  const json::value* quantity = nullptr;
  for (const auto& [name, member] : *object) {
    if (model::equal_ignoring_case(name, "code")) {
      const auto* text = member.if_string();
      if (text == nullptr || !is_token(std::string_view{*text})) return std::unexpected{not_valid("code")};
      code = std::string_view{*text};
    } else if (model::equal_ignoring_case(name, "quantity")) {
      quantity = &member;
    } else {
      return std::unexpected{Mistake{"there is a member that is not known", code}};
    }
  }
  if (code.empty()) return std::unexpected{Mistake{"a product has no code"}};
  if (quantity == nullptr) return std::unexpected{Mistake{"a product has no quantity", std::move(code)}};
  const auto wanted = quantity_of(*quantity);
  if (!wanted) return std::unexpected{Mistake{not_valid("quantity").detail, std::move(code)}};
  return model::ProductQuantity{.code = std::move(code), .quantity = *wanted};
}

std::expected<std::vector<model::ProductQuantity>, Mistake> read_products(const json::value& value) {
  std::vector<model::ProductQuantity> products;
  if (value.is_null()) return products;
  const auto* array = value.if_array();
  if (array == nullptr || array->size() > products_max) return std::unexpected{not_valid(products_member)};
  std::set<std::string> codes;
  for (const auto& element : *array) {
    auto product = read_product(element);
    if (!product) return std::unexpected{product.error()};
    if (!codes.insert(product->code).second) return std::unexpected{Mistake{"a product is named twice", product->code}};
    products.push_back(std::move(*product));
  }
  return products;
}

bool is_text_or_null(const json::value& value) {
  if (value.is_null()) return true;
  const auto* text = value.if_string();
  return text != nullptr && (text->empty() || is_token(std::string_view{*text}));
}

}  // namespace

std::expected<std::string, Mistake> read_token(std::string_view undecoded) {
  const auto encoded = boost::urls::make_pct_string_view({undecoded.data(), undecoded.size()});
  if (!encoded) return std::unexpected{Mistake{"the path can't be decoded"}};
  std::string token;
  encoded->decode({}, boost::urls::string_token::assign_to(token));
  if (!is_token(token)) return std::unexpected{Mistake{"the path names what can't be"}};
  return token;
}

std::expected<std::vector<model::ProductQuantity>, Mistake> read_allocation(std::string_view body) {
  boost::system::error_code error;
  const auto value = json::parse({body.data(), body.size()}, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::unexpected{Mistake{"the body is no JSON object"}};
  std::vector<model::ProductQuantity> products;
  bool products_are_named = false;
  for (const auto& [name, member] : *object) {
    if (model::equal_ignoring_case(name, products_member) || model::equal_ignoring_case(name, products_alias)) {
      if (std::exchange(products_are_named, true))
        return std::unexpected{Mistake{"products and productQuantities are the same: name one"}};
      auto read = read_products(member);
      if (!read) return std::unexpected{read.error()};
      products = std::move(*read);
    } else if (model::equal_ignoring_case(name, "tenantName")) {
      if (!is_text_or_null(member)) return std::unexpected{not_valid("tenantName")};
    } else if (model::equal_ignoring_case(name, "bypassUsageCheck")) {
      if (!member.is_bool() && !member.is_null()) return std::unexpected{not_valid("bypassUsageCheck")};
    } else {
      return std::unexpected{Mistake{"there is a member that is not known"}};
    }
  }
  return products;
}

}  // namespace tally::lrm
