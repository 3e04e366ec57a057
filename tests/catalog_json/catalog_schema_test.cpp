#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "tally/catalog_json/catalog_members.hpp"
#include "tally/catalog_json/catalog_reader.hpp"

// docs/catalog.schema.json is written by hand. Here it is held against the reader: the same members, and for each of
// them the same limits, tried out from both sides.

namespace json = boost::json;
using namespace tally::catalog_json;

namespace {

const json::object& schema() {
  static const json::value document = [] {
    std::ifstream file{CATALOG_SCHEMA_PATH};
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
  }();
  return document.as_object();
}

struct ShapeCase {
  Shape shape;
  std::string definition;  ///< its name under $defs; empty for the root
  std::string before;      ///< a document around an object of this shape, with its required members but one open end
  std::string after;
};

const std::vector<ShapeCase>& shapes() {
  static const std::vector<ShapeCase> all{
      {Shape::catalog, "", R"({)", R"(})"},
      {Shape::account, "account", R"({"accounts": [{)", R"(}]})"},
      {Shape::license, "license", R"({"accounts": [{"id": "a", "licenses": [{)", R"(}]}]})"},
      {Shape::feature, "feature", R"({"accounts": [{"id": "a", "licenses": [{"id": 1, "product": "p", "features": [{)",
       R"(}]}]}]})"},
      {Shape::tenant, "tenant", R"({"accounts": [{"id": "a", "tenants": [{)", R"(}]}]})"},
      {Shape::product, "product", R"({"accounts": [{"id": "a", "products": [{)", R"(}]}]})"},
  };
  return all;
}

const json::object& definition(const ShapeCase& shape) {
  return shape.definition.empty() ? schema() : schema().at("$defs").at(shape.definition).as_object();
}

/// A property together with what it refers to.
json::object resolved(const json::value& property) {
  json::object all = property.as_object();
  if (const auto* reference = all.if_contains("$ref")) {
    const std::string name{std::string_view{reference->as_string()}.substr(std::string_view{"#/$defs/"}.size())};
    for (const auto& [key, value] : schema().at("$defs").at(name).as_object()) all.emplace(key, value);
  }
  return all;
}

/// Whether the reader takes this value for the member, whatever it says of the members around it.
bool reader_takes(const ShapeCase& shape, std::string_view member, const json::value& value) {
  const std::string text =
      shape.before + json::serialize(json::string{member}) + ": " + json::serialize(value) + shape.after;
  const auto catalog = parse_catalog(text);
  if (catalog) return true;
  return std::ranges::none_of(catalog.error(), [&](const Mistake& mistake) {
    const bool about_others = mistake.what.starts_with("belongs to") || mistake.what.starts_with("needs a");
    return std::string_view{mistake.member}.ends_with(member) && !about_others;
  });
}

struct Values {
  std::vector<json::value> good;
  std::vector<json::value> bad;
};

bool allows_null(const json::object& property) {
  if (const auto* words = property.if_contains("enum"))
    return std::ranges::find(words->as_array(), json::value{}) != words->as_array().end();
  const json::value& type = property.at("type");
  return type.is_array() && std::ranges::find(type.as_array(), json::value("null")) != type.as_array().end();
}

Values values_at_the_limits(const json::object& property) {
  Values values;
  (allows_null(property) ? values.good : values.bad).emplace_back(nullptr);
  if (const auto* words = property.if_contains("enum")) {
    for (const auto& word : words->as_array()) values.good.push_back(word);
    values.bad.emplace_back("something else");
  }
  if (const auto* longest = property.if_contains("maxLength")) {
    const auto length = json::value_to<std::size_t>(*longest);
    values.good.insert(values.good.end(), {json::string("x"), json::string(length, 'x')});
    values.bad.insert(values.bad.end(), {json::string(""), json::string(length + 1, 'x')});
  }
  if (const auto* most = property.if_contains("maximum")) {
    const auto maximum = most->as_int64();
    const auto minimum = property.at("minimum").as_int64();
    values.good.insert(values.good.end(), {minimum, maximum});
    values.bad.insert(values.bad.end(), {minimum - 1, maximum + 1, "1"});
  }
  if (const auto* type = property.if_contains("type"); type && *type == json::value("boolean")) {
    values.good.insert(values.good.end(), {true, false});
    values.bad.insert(values.bad.end(), {0, "true"});
  }
  return values;
}

}  // namespace

TEST_CASE("the schema lists exactly the members that the reader knows", "[catalog_json]") {
  for (const auto& shape : shapes()) {
    CAPTURE(shape.definition);
    const auto& object = definition(shape);
    CHECK(object.at("additionalProperties") == json::value(false));
    std::map<std::string, bool> in_schema;
    for (const auto& property : object.at("properties").as_object()) in_schema[std::string{property.key()}] = false;
    for (const auto& name : object.at("required").as_array()) in_schema.at(std::string{name.as_string()}) = true;
    std::map<std::string, bool> in_reader;
    for (const auto& member : members_of(shape.shape)) in_reader[std::string{member.name}] = member.required;
    CHECK(in_schema == in_reader);
  }
}

TEST_CASE("the schema's limits are the reader's", "[catalog_json]") {
  for (const auto& shape : shapes()) {
    for (const auto& property : definition(shape).at("properties").as_object()) {
      const std::string member{property.key()};
      CAPTURE(shape.definition, member);
      const auto values = values_at_the_limits(resolved(property.value()));
      for (const auto& value : values.good) {
        CAPTURE(json::serialize(value));
        CHECK(reader_takes(shape, member, value));
      }
      for (const auto& value : values.bad) {
        CAPTURE(json::serialize(value));
        CHECK_FALSE(reader_takes(shape, member, value));
      }
    }
  }
}
