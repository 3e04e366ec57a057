// The document against the doors' own tables of what they answer.

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "lrm_routes.hpp"
#include "routes.hpp"
#include "tally/openapi/document.hpp"
#include "usage_routes.hpp"

namespace tally::openapi::test {
namespace {

namespace json = boost::json;

/// A path and what may be done with it, as the document writes methods.
using Paths = std::map<std::string, std::set<std::string>>;

const json::object& documented_paths() {
  static const json::value whole = json::parse(json::string_view{document.data(), document.size()});
  return whole.at("paths").as_object();
}

Paths documented() {
  Paths paths;
  for (const auto& [path, item] : documented_paths()) {
    for (const auto& [method, operation] : item.as_object()) paths[path].insert(method);
  }
  return paths;
}

std::set<std::string> methods_of(const floating::Methods& methods) {
  std::set<std::string> names;
  if (methods.get) names.insert("get");
  if (methods.post) names.insert("post");
  if (methods.delete_) names.insert("delete");
  return names;
}

std::string name_of(http::Method method) {
  switch (method) {
    case http::Method::get: return "get";
    case http::Method::post: return "post";
    case http::Method::delete_: return "delete";
    case http::Method::put: return "put";
    case http::Method::head:
    case http::Method::patch:
    case http::Method::options:
    case http::Method::other: break;
  }
  return "unknown";
}

Paths of_the_doors() {
  // The front's, the document's own, and the history's.
  Paths paths{{"/health/live", {"get"}}, {"/health/ready", {"get"}}, {"/openapi.json", {"get"}}};
  for (const auto& route : floating::all_routes()) paths[std::string{route.path}] = methods_of(route.methods);
  paths["/api/history"] = {"get"};
  for (const auto& route : usage::all_routes()) paths[std::string{route.path}].insert(name_of(route.method));
  for (const auto& route : lrm::all_routes()) paths[std::string{route.path}].insert(name_of(route.method));
  return paths;
}

bool takes_keys(const json::object& operation) {
  const auto* parameters = operation.if_contains("parameters");
  return parameters != nullptr && json::serialize(*parameters).find("IdempotencyKey") != std::string::npos;
}

}  // namespace

TEST_CASE("the document has every path and method that the doors have, and no other", "[openapi]") {
  CHECK(documented() == of_the_doors());
}

TEST_CASE("the document tells what an operation can be refused for by what it does", "[openapi]") {
  for (const auto& route : floating::all_routes()) {
    const bool asks_engine =
        route.operation != floating::Operation::not_built && route.operation != floating::Operation::set_keys;
    const bool changes = route.effect == floating::Effect::changes;
    for (const auto& [method, value] : documented_paths().at(route.path).as_object()) {
      CAPTURE(std::string{route.path}, std::string{method});
      const auto& operation = value.as_object();
      const auto& responses = operation.at("responses").as_object();
      const bool is_open = operation.contains("security");
      CHECK(responses.contains("401") != is_open);
      CHECK(responses.contains("403") != is_open);
      CHECK(responses.contains("504") == (asks_engine && route.effect != floating::Effect::none));
      // What changes something by GET is there for old clients alone.
      const auto* deprecated = operation.if_contains("deprecated");
      CHECK((deprecated != nullptr && deprecated->as_bool()) == (changes && method == "get"));
      const bool repeats_are_kept = changes && asks_engine;
      CHECK(takes_keys(operation) == repeats_are_kept);
      CHECK(responses.contains("422") == repeats_are_kept);
    }
  }
}

}  // namespace tally::openapi::test
