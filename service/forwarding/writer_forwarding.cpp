#include "tally/forwarding/writer_forwarding.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <thread>
#include <vector>

#include "tally/config/endpoint.hpp"
#include "tally/model/names.hpp"

namespace tally::forwarding {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using namespace std::chrono_literals;
using Failure = common::Forwarding::Failure;
using Result = std::expected<http::Response, Failure>;
using Message = beast::http::request<beast::http::string_body>;
using tcp = asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t under_way_max = 1'024;
constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024 * 1024;
constexpr auto connect_patience = 2s;
/// A connection that lay longer is not used again: the writer may be about to close it, and a request that meets that
/// is one whose outcome is unknown.
constexpr auto resting_max = 30s;

/// What the writer's doors answer; a response's content type must outlive it.
constexpr std::array<std::string_view, 8> content_types{"text/xml; charset=utf-8",
                                                        "application/soap+xml; charset=utf-8",
                                                        "application/json",
                                                        "application/problem+json",
                                                        "text/plain; charset=utf-8",
                                                        "text/html; charset=utf-8",
                                                        "text/plain",
                                                        "text/csv; charset=utf-8"};
/// The headers of an answer that are the client's business; the connection's own stay here.
constexpr std::array<std::string_view, 6> relayed_headers{"Retry-After", "Cache-Control",    "Allow",
                                                          "Location",    "WWW-Authenticate", "ETag"};
/// The writer hears who called from the forwarded header alone.
constexpr std::array<std::string_view, 6> kept_here{"Authorization",     "Connection", "Content-Length",
                                                    "Transfer-Encoding", "Expect",     common::forwarded_header};

bool stays_here(std::string_view name) {
  return std::ranges::any_of(kept_here, [&](auto known) { return model::equal_ignoring_case(known, name); });
}

Message message_of(const http::Request& request, const common::Identity& identity, std::string_view secret) {
  const auto text = [](std::string_view view) { return boost::string_view{view.data(), view.size()}; };
  Message message;
  message.version(11);
  message.method_string(text(request.method_text));
  message.target(text(request.target));
  for (const auto& field : request.fields) {
    if (!stays_here(field.name)) message.insert(text(field.name), text(field.value));
  }
  message.insert(text(common::forwarded_header), common::forwarded_value(secret, identity));
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

http::Response response_of(beast::http::response<beast::http::string_body>&& message) {
  http::Response response{
      .status = message.result_int(), .content_type = {}, .headers = {}, .body = {}, .label = "forwarded"};
  const auto type = message[beast::http::field::content_type];
  const auto known = std::ranges::find(content_types, std::string_view{type.data(), type.size()});
  if (known != content_types.end()) response.content_type = *known;
  for (const auto name : relayed_headers) {
    const auto value = message[boost::string_view{name.data(), name.size()}];
    if (!value.empty()) response.headers.emplace_back(name, std::string{value});
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

class WriterForwarding::Client {
 public:
  explicit Client(std::chrono::milliseconds patience) : patience_{patience}, thread_{[this] { context_.run(); }} {}
  ~Client() { stop(); }

  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void send(std::string address, Message message, Done done) {
    if (under_way_.fetch_add(1) >= under_way_max) {
      --under_way_;
      return done(std::unexpected{Failure::not_sent});
    }
    auto exchange = [](Client& self, std::string to, Message sent, Done told) -> asio::awaitable<void> {
      auto result = co_await self.exchange(std::move(to), std::move(sent));
      --self.under_way_;
      told(std::move(result));
    };
    asio::co_spawn(context_, exchange(*this, std::move(address), std::move(message), std::move(done)), asio::detached);
  }

 private:
  using Stream = std::unique_ptr<beast::tcp_stream>;
  struct Resting {
    Stream stream;
    std::string address;
    std::chrono::steady_clock::time_point since;
  };

  asio::awaitable<Result> exchange(std::string address, Message message) {
    auto stream = take_resting(address);
    if (!stream) stream = co_await connect(address);
    if (!stream) co_return std::unexpected{Failure::not_sent};

    stream->expires_after(patience_);
    if (const auto [error, size] = co_await beast::http::async_write(*stream, message, as_tuple); error)
      co_return std::unexpected{Failure::lost};
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> answer;
    answer.body_limit(answer_bytes_max);
    if (const auto [error, size] = co_await beast::http::async_read(*stream, buffer, answer, as_tuple); error)
      co_return std::unexpected{Failure::lost};
    if (answer.get().keep_alive()) rest(std::move(stream), std::move(address));
    co_return response_of(answer.release());
  }

  /// Null when the writer can't be reached.
  asio::awaitable<Stream> connect(const std::string& address) {
    const auto endpoint = config::parse_endpoint(address);
    if (!endpoint) co_return nullptr;
    tcp::resolver resolver{context_};
    const auto [unknown, found] =
        co_await resolver.async_resolve(endpoint->host, std::to_string(endpoint->port), as_tuple);
    if (unknown) co_return nullptr;
    auto stream = std::make_unique<beast::tcp_stream>(context_);
    stream->expires_after(connect_patience);
    if (const auto [error, reached] = co_await stream->async_connect(found, as_tuple); error) co_return nullptr;
    boost::system::error_code ignored;
    stream->socket().set_option(tcp::no_delay{true}, ignored);
    co_return stream;
  }

  Stream take_resting(const std::string& address) {
    const auto oldest = std::chrono::steady_clock::now() - resting_max;
    std::erase_if(resting_, [&](const Resting& each) { return each.since < oldest || each.address != address; });
    if (resting_.empty()) return nullptr;
    Stream stream = std::move(resting_.back().stream);
    resting_.pop_back();
    return stream;
  }

  void rest(Stream stream, std::string address) {
    stream->expires_never();
    resting_.push_back({std::move(stream), std::move(address), std::chrono::steady_clock::now()});
  }

  const std::chrono::milliseconds patience_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> keeps_running_{context_.get_executor()};
  std::vector<Resting> resting_;  ///< the thread's own
  std::atomic<std::size_t> under_way_{0};
  std::thread thread_;
};

WriterForwarding::WriterForwarding(const engine::Writer& writer, std::chrono::milliseconds patience)
    : writer_{writer}, client_{std::make_unique<Client>(patience)} {}

WriterForwarding::~WriterForwarding() = default;

void WriterForwarding::stop() { client_->stop(); }

bool WriterForwarding::is_needed() const { return writer_.state() == engine::WriterState::standing_by; }

void WriterForwarding::forward(const http::Request& request, const common::Identity& identity, Done done) {
  const auto other = writer_.other();
  if (!other) return done(std::unexpected{Failure::not_sent});
  client_->send(other->advertise, message_of(request, identity, other->secret), std::move(done));
}

}  // namespace tally::forwarding
