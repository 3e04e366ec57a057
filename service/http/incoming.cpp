#include "incoming.hpp"

#include <algorithm>

#include "request_target.hpp"

namespace tally::http {

Incoming::Step Incoming::step() {
  if (!parser_) {
    skip_blank_lines();
    if (input_.size() == 0) return Step::need_more;
    parser_.emplace(limits_, head_, chunked_body_);
  }
  if (!has_header()) {
    if (const auto step = parse_header(); step != Step::complete) return step;
  }
  return parse_body();
}

Incoming::Step Incoming::parse_header() {
  parsed_ = parser_->parse_header(input_.bytes(), parsed_);
  if (parser_->refusal() != 0) return Step::refuse;
  if (!parser_->is_header_done()) return Step::need_more;
  if (split_target(head_.target.in(input_.bytes())).path.empty()) {
    parser_->refuse(400);
    return Step::refuse;
  }
  header_bytes_ = parsed_;
  chunked_ = parser_->chunked();
  content_length_ = chunked_ ? 0 : static_cast<std::size_t>(parser_->content_length().value_or(0));
  continue_due_ = parser_->expects_continue() && (chunked_ || content_length_ > 0);
  return Step::complete;
}

// A body of known length stays where it was read. Chunks are unpacked as they come and leave the input at once.
Incoming::Step Incoming::parse_body() {
  bool complete = input_.size() - header_bytes_ >= content_length_;
  if (chunked_) {
    input_.erase(header_bytes_, parser_->parse_chunks(input_.bytes().substr(header_bytes_)));
    if (parser_->refusal() != 0) return Step::refuse;
    complete = parser_->is_done();
  }
  if (complete) return Step::complete;
  // A client that has begun to send did not wait.
  if (std::exchange(continue_due_, false) && body_bytes() == 0 && input_.size() == header_bytes_) {
    return Step::send_continue;
  }
  return Step::need_more;
}

// RFC 9112 2.2: some old clients end a body with a line end that they do not count.
void Incoming::skip_blank_lines() {
  const auto bytes = input_.bytes();
  std::size_t blank = 0;
  while (bytes.substr(blank).starts_with("\r\n")) blank += 2;
  input_.erase(0, blank);
}

std::size_t Incoming::memory_wanted() const {
  return std::max(wanted_capacity(), input_.capacity()) + chunked_body_.capacity();
}

std::span<char> Incoming::space() {
  input_.reserve(wanted_capacity());
  return input_.space();
}

// Memory follows what has been sent, not what was announced: a thousand lying Content-Lengths cost nothing.
std::size_t Incoming::wanted_capacity() const {
  const auto grown = input_.size() < input_.capacity() ? input_.capacity()
                                                       : std::max(2 * input_.capacity(), InputBuffer::first_capacity);
  if (!has_header()) return std::min(grown, std::max(limits_.header_bytes, input_.size() + 1));
  if (chunked_) return header_bytes_ + limits_.header_bytes + InputBuffer::first_capacity;
  return std::min(grown, header_bytes_ + content_length_);
}

std::size_t Incoming::body_bytes() const {
  if (!has_header()) return 0;
  return chunked_ ? chunked_body_.size() : std::min(content_length_, input_.size() - header_bytes_);
}

void Incoming::fill(Request& request) {
  const auto bytes = input_.bytes();
  request.method = head_.method;
  request.method_text = head_.method_text.in(bytes);
  request.version = head_.version;
  request.target = head_.target.in(bytes);
  const auto [path, query, has_query] = split_target(request.target);
  request.path = path;
  request.query = query;
  request.has_query = has_query;
  fields_.clear();
  for (const auto& [name, value] : head_.fields) fields_.push_back({name.in(bytes), value.in(bytes)});
  request.fields = fields_;
  request.body = chunked_ ? std::string_view(chunked_body_) : bytes.substr(header_bytes_, body_bytes());
}

std::string_view Incoming::begun_path() const {
  const auto bytes = input_.bytes();
  const auto blank = bytes.find(' ');
  if (blank == bytes.npos) return {};
  const auto target = bytes.substr(blank + 1);
  return split_target(target.substr(0, target.find_first_of(" \r\n"))).path;
}

void Incoming::next() {
  input_.erase(0, header_bytes_ + content_length_);
  parser_.reset();
  parsed_ = header_bytes_ = content_length_ = 0;
  chunked_ = continue_due_ = false;
  if (chunked_body_.capacity() > InputBuffer::first_capacity) std::string().swap(chunked_body_);
  input_.shrink();
}

void Incoming::discard() {
  input_.erase(0, input_.size());
  header_bytes_ = content_length_ = 0;
  next();
}

}  // namespace tally::http
