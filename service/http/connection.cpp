#include "connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/buffer.hpp>
#include <charconv>

#include "guarded.hpp"

namespace tally::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

// How many bodies of the greatest size a client whose connection ends may still send before it is cut off. Cutting it
// off while it sends makes its system throw away the answer that it has not read yet.
constexpr std::size_t bodies_to_linger = 4;

// What every connection may hold, whoever exhausts the budget: a usual request, and the rest of a usual answer.
constexpr std::size_t free_bytes = 8 * 1024;

bool has_retry_after(const Response& response) {
  return std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
}

}  // namespace

Connection::Connection(EventLoop& loop, Arrival arrival)
    : loop_(loop),
      socket_(std::move(arrival.socket)),
      peer_address_(std::move(arrival.peer_address)),
      admission_(arrival.admission),
      incoming_(loop.limits()),
      memory_(loop.memory(), free_bytes) {}

void Connection::start(std::size_t place) {
  place_ = place;
  request_.peer_address = peer_address_;
  error_code error;
  socket_->non_blocking(true, error);
  if (!error) socket_->set_option(asio::ip::tcp::no_delay(true), error);
  if (error) return close();
  const auto& limits = loop_.limits();
  deadline_ = Clock::now() + (admission_ == Admission::served ? limits.idle_time : limits.header_time);
  read();
}

void Connection::read() {
  const auto space = incoming_.space();
  read_pending_ = true;
  socket_->async_read_some(
      asio::buffer(space.data(), space.size()),
      asio::bind_allocator(
          ReadAllocator<void>(read_memory_),
          [self = shared_from_this()](const error_code& error, std::size_t count) { self->received(error, count); }));
}

void Connection::received(const error_code& error, std::size_t count) {
  read_pending_ = false;
  switch (state_) {
    case State::reading: return error ? close() : take(count);
    case State::lingering: return error ? close() : discard(count);
    // The read was under way when its time was up, and the 408 is not out yet.
    case State::writing: return;
    case State::handling:
    case State::awaiting_part:
    case State::closed: return;
  }
}

void Connection::take(std::size_t count) {
  const bool begins = !incoming_.begun();
  incoming_.add(count);
  if (begins) request_.received_at = Clock::now();
  advance();
}

// Goes on until bytes or an answer are missing. Answers given on the spot come back here from within, and are left to
// the loop further out: a client that sends a thousand requests at once must not nest a thousand calls.
void Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  const auto go_on = [this] {
    while (state_ == State::reading && advance_once()) {
    }
  };
  if (!run_guarded(loop_.observer(), go_on)) close();
  advancing_ = false;
}

bool Connection::advance_once() {
  const bool had_header = incoming_.has_header();
  const auto step = incoming_.step();
  if (incoming_.has_header() && !had_header) body_begun_at_ = Clock::now();
  if (admission_ != Admission::served && incoming_.has_header()) {
    refuse(503);
    return true;
  }
  switch (step) {
    case Incoming::Step::need_more: return await_more();
    case Incoming::Step::send_continue: send_continue(); return true;
    case Incoming::Step::refuse: refuse(incoming_.refusal()); return true;
    case Incoming::Step::complete: handle(); return true;
  }
  return false;
}

/// False if it reads on; true if there was no memory to read into, and the client has been told to come again.
bool Connection::await_more() {
  if (!memory_.hold(incoming_.memory_wanted())) {
    refuse(503);
    return true;
  }
  const auto& limits = loop_.limits();
  if (incoming_.has_header()) {
    deadline_ = body_begun_at_ + limits.body_time + extra_time(incoming_.body_bytes());
  } else if (incoming_.begun()) {
    deadline_ = request_.received_at + limits.header_time;
  }
  read();
  return false;
}

void Connection::send_continue() {
  if (write_now(continue_line, {}).value_or(0) != continue_line.size()) close();
}

void Connection::handle() {
  state_ = State::handling;
  deadline_ = Clock::time_point::max();
  incoming_.fill(request_);
  request_.id = loop_.next_request_id();
  close_after_answer_ = !incoming_.keep_alive();
  run_guarded(loop_.observer(), [this] { loop_.handler().handle(request_, Responder(shared_from_this())); });
}

void Connection::refuse(unsigned status) {
  state_ = State::handling;
  incoming_.fill(request_);
  request_.id = loop_.next_request_id();
  close_after_answer_ = true;
  transmit_refusal(status);
}

void Connection::transmit_refusal(unsigned status) {
  const auto respond = [&] {
    // A request line that is too long, or never ends, names a door nevertheless; one that is malformed does not.
    const bool is_unfinished = request_.path.empty() && status != 400;
    auto response = loop_.handler().refuse(status, is_unfinished ? incoming_.begun_path() : request_.path);
    response.status = status;
    if (status == 503 && !has_retry_after(response)) response.headers.emplace_back("Retry-After", "1");
    transmit(std::move(response));
  };
  if (!run_guarded(loop_.observer(), respond)) close();
}

void Connection::end_late() {
  if (state_ == State::reading && incoming_.begun()) return refuse(408);
  if (state_ == State::writing) return finish(false);
  close();
}

void Connection::answer(Response&& response) {
  if (state_ == State::handling) transmit(std::move(response));
}

void Connection::abandon() noexcept {
  if (state_ == State::handling) run_guarded(loop_.observer(), [this] { transmit_refusal(500); });
}

void Connection::transmit(Response&& response) {
  // A 1.0 client knows the end of a body without a length by the end of the connection.
  close_after_answer_ |= response.close || loop_.draining() || (response.more && request_.version < 11);
  status_ = response.status;
  label_ = response.label;
  response_bytes_ = 0;
  const auto head =
      loop_.response_head().write(response, {.version = request_.version, .keep_alive = !close_after_answer_});
  if (request_.method == Method::head || is_bodiless(response.status)) {
    response.body.clear();
    response.more = nullptr;
  }
  more_ = std::move(response.more);
  if (more_) {
    BodyPart first{.bytes = std::move(response.body)};
    frame_part(first);
    response.body = std::move(first.bytes);
  }
  send(head, std::move(response.body));
}

void Connection::send(std::string_view head, std::string&& body) {
  const auto count = write_now(head, body);
  if (!count) return finish(false);
  response_bytes_ += *count;
  if (*count == head.size() + body.size()) return sent();
  begin_rest(head, std::move(body), *count);
}

void Connection::sent() {
  if (more_) return await_part();
  finish(true);
}

// The client waits for who makes the body, not the other way round: no time limit runs.
void Connection::await_part() {
  state_ = State::awaiting_part;
  deadline_ = Clock::time_point::max();
  (void)memory_.hold(incoming_.memory());
  const auto ask = [&] {
    more_([self = shared_from_this()](std::optional<BodyPart>&& part) { self->take_part(std::move(part)); });
  };
  if (!run_guarded(loop_.observer(), ask)) finish(false);
}

void Connection::take_part(std::optional<BodyPart>&& part) {
  if (state_ != State::awaiting_part) return;
  if (!part) return finish(false);
  if (part->is_last) more_ = nullptr;
  frame_part(*part);
  send({}, std::move(part->bytes));
}

// RFC 9112 7.1; a chunk without bytes would be the last.
void Connection::frame_part(BodyPart& part) const {
  if (request_.version < 11) return;
  if (!part.bytes.empty()) {
    std::array<char, 20> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), part.bytes.size(), 16).ptr;
    part.bytes.insert(0, std::string(size.data(), end) + "\r\n");
    part.bytes += "\r\n";
  }
  if (part.is_last) part.bytes += "0\r\n\r\n";
}

// What the socket takes without waiting: almost every answer goes out whole. Nothing if the connection is broken.
std::optional<std::size_t> Connection::write_now(std::string_view head, std::string_view body) {
  const std::array parts{asio::buffer(head), asio::buffer(body)};
  error_code error;
  const auto count = socket_->write_some(parts, error);
  if (error && error != asio::error::would_block) return std::nullopt;
  return count;
}

// The body's memory is taken over rather than copied, since it is large whenever there is a rest.
void Connection::begin_rest(std::string_view head, std::string&& body, std::size_t already_written) {
  const auto head_written = std::min(already_written, head.size());
  rest_written_ = already_written - head_written;
  rest_ = std::move(body);
  rest_.insert(0, head.substr(head_written));
  if (!memory_.hold(incoming_.memory() + rest_.size())) return finish(false);
  state_ = State::writing;
  write_begun_at_ = Clock::now();
  write_rest();
}

void Connection::write_rest() {
  deadline_ = write_begun_at_ + loop_.limits().write_time + extra_time(rest_written_);
  socket_->async_write_some(
      asio::buffer(rest_.data() + rest_written_, rest_.size() - rest_written_),
      [self = shared_from_this()](const error_code& error, std::size_t count) { self->written(error, count); });
}

void Connection::written(const error_code& error, std::size_t count) {
  if (state_ == State::closed) return;
  if (error) return finish(false);
  rest_written_ += count;
  response_bytes_ += count;
  if (rest_written_ < rest_.size()) return write_rest();
  std::string().swap(rest_);
  sent();
}

void Connection::finish(bool delivered) {
  const auto now = Clock::now();
  more_ = nullptr;
  report(delivered, now);
  if (!delivered) return close();
  if (close_after_answer_ || loop_.draining()) return linger();
  incoming_.next();
  request_.received_at = now;
  deadline_ = now + loop_.limits().idle_time;
  state_ = State::reading;
  advance();
}

// Closing a socket that still has unread input resets it, and a reset may overtake the answer. So the server first says
// that it has ended and reads on until the client has ended too.
void Connection::linger() {
  error_code error;
  socket_->shutdown(asio::ip::tcp::socket::shutdown_send, error);
  if (error) return close();
  state_ = State::lingering;
  deadline_ = Clock::now() + loop_.limits().linger_time;
  if (!read_pending_) discard(0);
}

void Connection::discard(std::size_t count) {
  lingered_bytes_ += count;
  if (lingered_bytes_ > bodies_to_linger * loop_.limits().body_bytes) return close();
  incoming_.discard();
  memory_.release();
  read();
}

void Connection::report(bool delivered, Clock::time_point now) {
  loop_.observer().request_finished({.request_id = request_.id,
                                     .method = request_.method_text,
                                     .path = request_.path,
                                     .peer_address = peer_address_,
                                     .label = label_,
                                     .status = status_,
                                     .request_body_bytes = incoming_.body_bytes(),
                                     .response_bytes = response_bytes_,
                                     .delivered = delivered,
                                     .duration = now - request_.received_at});
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  more_ = nullptr;
  socket_.reset();
  memory_.release();
  loop_.remove(*this);
}

bool Connection::is_idle() const {
  if (state_ != State::reading || incoming_.begun()) return false;
  error_code error;
  return socket_->available(error) == 0 || error;
}

Connection::Clock::duration Connection::extra_time(std::size_t bytes) const {
  return std::chrono::seconds(bytes / loop_.limits().bytes_per_second_min);
}

}  // namespace tally::http
