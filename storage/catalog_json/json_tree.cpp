#include "json_tree.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <utility>

namespace tally::catalog_json {
namespace {

namespace json = boost::json;
using Error = json::error_code;

constexpr std::size_t values_max = 8'000'000;
constexpr std::size_t depth_max = 16;

/// Builds the tree from the parser's events. Boost's own values keep no positions; we feed the parser one line at a
/// time and note here which line that is.
class TreeHandler {
 public:
  static constexpr std::size_t max_array_size = values_max;
  static constexpr std::size_t max_object_size = values_max;
  static constexpr std::size_t max_string_size = catalog_bytes_max;
  static constexpr std::size_t max_key_size = catalog_bytes_max;

  std::size_t line = 1;

  Node take_root() { return std::move(root_); }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return open(Node::Object{}); }
  bool on_object_end(std::size_t, Error& error) { return close(error); }
  bool on_array_begin(Error&) { return open(Node::List{}); }
  bool on_array_end(std::size_t, Error& error) { return close(error); }
  bool on_key_part(json::string_view part, std::size_t, Error&) { return gather(part); }
  bool on_key(json::string_view part, std::size_t, Error&) {
    gather(part);
    open_.back().key = std::exchange(text_, {});
    open_.back().key_line = line;
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, Error&) { return gather(part); }
  bool on_string(json::string_view part, std::size_t, Error& error) {
    gather(part);
    return attach({line, std::exchange(text_, {})}, error);
  }
  bool on_number_part(json::string_view part, Error&) { return gather(part); }
  bool on_int64(std::int64_t, json::string_view part, Error& error) { return number(part, error); }
  bool on_uint64(std::uint64_t, json::string_view part, Error& error) { return number(part, error); }
  bool on_double(double, json::string_view part, Error& error) { return number(part, error); }
  bool on_bool(bool value, Error& error) { return attach({line, value}, error); }
  bool on_null(Error& error) { return attach({line, std::monostate{}}, error); }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }

 private:
  /// A list or an object whose end has not come yet, and the member that is being read.
  struct Open {
    Node node;
    std::string key;
    std::size_t key_line = 0;
  };

  template<class Container>
  bool open(Container empty) {
    open_.push_back({{line, std::move(empty)}, {}, 0});
    return true;
  }

  bool close(Error& error) {
    Node finished = std::move(open_.back().node);
    open_.pop_back();
    return attach(std::move(finished), error);
  }

  bool gather(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  bool number(json::string_view part, Error& error) {
    gather(part);
    return attach({line, NumberText{std::exchange(text_, {})}}, error);
  }

  bool attach(Node node, Error& error) {
    if (++values_ > values_max) {
      error = json::error::array_too_large;
      return false;
    }
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (auto* list = std::get_if<Node::List>(&open_.back().node.value)) {
      list->push_back(std::move(node));
    } else {
      Open& top = open_.back();
      std::get<Node::Object>(top.node.value).push_back({std::move(top.key), top.key_line, std::move(node)});
    }
    return true;
  }

  Node root_;
  std::vector<Open> open_;
  std::string text_;
  std::size_t values_ = 0;
};

std::string explanation(const Error& error) {
  if (error == json::error::too_deep) return "lists and objects are nested deeper than a catalogue can be";
  if (error == json::error::array_too_large) return "more values than a catalogue can have";
  if (error == json::error::incomplete) return "the file ends before its JSON does";
  if (error == json::error::extra_data) return "there is more text after the end of the JSON";
  return "not valid JSON: " + error.message();
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace

std::expected<Node, Mistake> read_json(std::string_view text) {
  std::string_view rest = without_byte_order_mark(text);
  json::parse_options options;
  options.max_depth = depth_max;
  json::basic_parser<TreeHandler> parser{options};
  Error error;
  while (!rest.empty() && !error) {
    const auto newline = rest.find('\n');
    const std::string_view chunk = rest.substr(0, newline == std::string_view::npos ? newline : newline + 1);
    const std::size_t used = parser.write_some(true, chunk.data(), chunk.size(), error);
    if (!error && used < chunk.size()) error = json::error::extra_data;
    rest.remove_prefix(chunk.size());
    if (!error && chunk.ends_with('\n') && !rest.empty()) ++parser.handler().line;
  }
  if (!error) parser.write_some(false, "", 0, error);
  if (error) return std::unexpected{Mistake{parser.handler().line, {}, explanation(error)}};
  return parser.handler().take_root();
}

}  // namespace tally::catalog_json
