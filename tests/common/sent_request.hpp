#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tally/http/request.hpp"

namespace tally::common::test {

/// A request as a door sees it, without a network. Owns what the request's views show.
class SentRequest {
 public:
  explicit SentRequest(std::string method = "POST", std::string path = "/")
      : method_{std::move(method)}, path_{std::move(path)} {}

  SentRequest& header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  SentRequest& query(std::string text) {
    query_ = std::move(text);
    has_query_ = true;
    return *this;
  }
  SentRequest& body(std::string text) {
    body_ = std::move(text);
    return *this;
  }
  SentRequest& from(std::string peer_address) {
    peer_address_ = std::move(peer_address);
    return *this;
  }

  /// Valid until the next call of any member.
  [[nodiscard]] http::Request view() const {
    fields_.clear();
    for (const auto& [name, value] : headers_) fields_.push_back({name, value});
    http::Request request;
    request.method = method_ == "POST"     ? http::Method::post
                     : method_ == "GET"    ? http::Method::get
                     : method_ == "HEAD"   ? http::Method::head
                     : method_ == "PUT"    ? http::Method::put
                     : method_ == "DELETE" ? http::Method::delete_
                                           : http::Method::other;
    request.method_text = method_;
    request.target = path_;
    request.path = path_;
    request.query = query_;
    request.has_query = has_query_;
    request.fields = fields_;
    request.body = body_;
    request.peer_address = peer_address_;
    return request;
  }

 private:
  std::string method_;
  std::string path_;
  std::string query_;
  bool has_query_ = false;
  std::vector<std::pair<std::string, std::string>> headers_;
  mutable std::vector<http::Field> fields_;
  std::string body_;
  std::string peer_address_ = "192.0.2.10";
};

}  // namespace tally::common::test
