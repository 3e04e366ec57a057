// The opponent: the license counter as most of us would first write it, and then tune it.
//
// A stand-alone gSOAP server, one worker thread a connection, connections kept alive without end, and for each request
// one prepared UPDATE of the option's counter. Only the two operations that are measured exist.
//
// Tuned are: no time-outs on the sockets (gSOAP pays for them with a poll() a request), TCP_NODELAY, no BEGIN and
// COMMIT around the statement, prepared statements, and the number of database connections: one a worker (best for
// many counters), or fewer, shared (better for one hot counter, where waiting in the service is cheaper than waiting
// for a row lock in PostgreSQL).
//
// --transaction takes one of these back, and --in-memory does without the database: two more contenders.
#include <pthread.h>
#include <signal.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <CLI/CLI.hpp>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "StorageServerServiceSoap.nsmap"
#include "naive_counters.hpp"
#include "soapH.h"

namespace {

using naive::Change;
using naive::Counters;

struct Settings {
  std::string database;
  int port = 0;
  int workers = 64;
  int database_connections = 0;
  bool transaction = false;
  int in_memory = 0;
};

// Accepted sockets on their way from the acceptor to the workers.
class Arrivals {
 public:
  void push(SOAP_SOCKET socket) {
    {
      const std::scoped_lock lock(mutex_);
      sockets_.push_back(socket);
    }
    arrived_.notify_one();
  }

  SOAP_SOCKET pop() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !sockets_.empty(); });
    const auto socket = sockets_.front();
    sockets_.pop_front();
    return socket;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<SOAP_SOCKET> sockets_;
};

// A worker: a gSOAP context, serving one client connection after the other.
class Worker {
 public:
  explicit Worker(Counters& counters) : counters_(counters) {
    soap_init2(&soap_, SOAP_IO_KEEPALIVE, SOAP_IO_STORE | SOAP_IO_KEEPALIVE);
    soap_set_namespaces(&soap_, namespaces);
    soap_.max_keep_alive = 0;
    soap_.socket_flags = MSG_NOSIGNAL;
  }
  ~Worker() {
    soap_destroy(&soap_);
    soap_end(&soap_);
    soap_done(&soap_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void serve(SOAP_SOCKET socket) {
    soap_.socket = socket;
    soap_.keep_alive = 1;
    do {
      if (soap_begin_serve(&soap_) == SOAP_OK) {
        if (dispatch() != SOAP_OK && soap_.error < SOAP_STOP) soap_send_fault(&soap_);
      } else if (soap_.error < SOAP_STOP) {
        break;
      }
      soap_destroy(&soap_);
      soap_end(&soap_);
    } while (soap_.keep_alive != 0);
    soap_.keep_alive = 0;
    soap_closesock(&soap_);
    soap_destroy(&soap_);
    soap_end(&soap_);
  }

 private:
  int dispatch() {
    soap_peek_element(&soap_);
    if (soap_match_tag(&soap_, soap_.tag, "storage:IncrementFeatureUsage") == SOAP_OK) {
      return change<_storage__IncrementFeatureUsage, _storage__IncrementFeatureUsageResponse>(Change::take,
                                                                                              "IncrementFeatureUsage");
    }
    if (soap_match_tag(&soap_, soap_.tag, "storage:DecrementFeatureUsage") == SOAP_OK) {
      return change<_storage__DecrementFeatureUsage, _storage__DecrementFeatureUsageResponse>(Change::give_back,
                                                                                              "DecrementFeatureUsage");
    }
    return soap_.error = SOAP_NO_METHOD;
  }

  template<class Request, class Response>
  int change(Change what, const std::string& operation) {
    Request request;
    request.soap_default(&soap_);
    if (request.soap_get(&soap_, ("storage:" + operation).c_str(), nullptr) == nullptr ||
        soap_body_end_in(&soap_) != 0 || soap_envelope_end_in(&soap_) != 0 || soap_end_recv(&soap_) != 0) {
      return soap_.error;
    }
    try {
      if (!counters_.change(what, request.featureId)) {
        return soap_receiver_fault(&soap_, "No place left, or none to give back", nullptr);
      }
    } catch (const std::exception& failure) {
      return soap_receiver_fault(&soap_, soap_strdup(&soap_, failure.what()), nullptr);
    }
    return answer<Response>(("storage:" + operation + "Response").c_str());
  }

  // What soapcpp2 generates at the end of each operation.
  template<class Response>
  int answer(const char* tag) {
    Response response;
    response.soap_default(&soap_);
    soap_.encodingStyle = nullptr;
    soap_serializeheader(&soap_);
    response.soap_serialize(&soap_);
    const auto write = [&] {
      return soap_envelope_begin_out(&soap_) || soap_putheader(&soap_) || soap_body_begin_out(&soap_) ||
             response.soap_put(&soap_, tag, "") || soap_body_end_out(&soap_) || soap_envelope_end_out(&soap_);
    };
    if (soap_begin_count(&soap_) || ((soap_.mode & SOAP_IO_LENGTH) != 0 && write()) || soap_end_count(&soap_) ||
        soap_response(&soap_, SOAP_OK) || write() || soap_end_send(&soap_)) {
      return soap_.error;
    }
    return soap_closesock(&soap_);
  }

  struct soap soap_;
  Counters& counters_;
};

std::unique_ptr<Counters> connect(const Settings& settings) {
  if (settings.transaction) return std::make_unique<naive::TransactionCounters>(settings.database);
  return std::make_unique<naive::AutocommitCounters>(settings.database);
}

// One for each worker, or one that they share.
std::vector<std::unique_ptr<Counters>> all_counters(const Settings& settings) {
  std::vector<std::unique_ptr<Counters>> found;
  if (settings.in_memory > 0) {
    found.push_back(std::make_unique<naive::MemoryCounters>(settings.in_memory));
    return found;
  }
  const bool shared = settings.database_connections > 0;
  for (int i = 0; i < (shared ? settings.database_connections : settings.workers); ++i)
    found.push_back(connect(settings));
  if (!shared) return found;
  std::vector<std::unique_ptr<Counters>> one;
  one.push_back(std::make_unique<naive::Pool>(std::move(found)));
  return one;
}

void accept_all(struct soap& listener, Arrivals& arrivals) {
  for (;;) {
    const auto socket = soap_accept(&listener);
    if (!soap_valid_socket(socket)) continue;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    arrivals.push(socket);
  }
}

int bound_port(SOAP_SOCKET socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{"The naive license counter that Tally is measured against"};
  auto* database = app.add_option("--database", settings.database, "libpq URL");
  app.add_option("--port", settings.port, "on 127.0.0.1; 0 picks one");
  app.add_option("--workers", settings.workers, "threads, as many as there will be client connections");
  app.add_option("--database-connections", settings.database_connections, "shared by the workers; 0 is one a worker");
  app.add_flag("--transaction", settings.transaction,
               "BEGIN, UPDATE, COMMIT instead of one statement that commits by itself");
  auto* in_memory =
      app.add_option("--in-memory", settings.in_memory, "so many counters in memory instead of a database");
  in_memory->excludes(database);
  CLI11_PARSE(app, argc, argv);

  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  // All connections before the first client: what fails here ends the process.
  const auto counters = all_counters(settings);
  Arrivals arrivals;
  std::vector<std::jthread> workers;
  for (int i = 0; i < settings.workers; ++i) {
    workers.emplace_back([&arrivals, &own = *counters[static_cast<std::size_t>(i) % counters.size()]] {
      Worker worker(own);
      for (;;) worker.serve(arrivals.pop());
    });
  }

  struct soap listener;
  soap_init1(&listener, SOAP_IO_KEEPALIVE);
  listener.bind_flags = SO_REUSEADDR;
  const auto socket = soap_bind(&listener, "127.0.0.1", settings.port, 1024);
  if (!soap_valid_socket(socket)) {
    soap_print_fault(&listener, stderr);
    std::_Exit(1);
  }
  std::cout << "naive: listening on http://127.0.0.1:" << bound_port(socket) << std::endl;
  std::jthread acceptor([&] { accept_all(listener, arrivals); });

  int signal = 0;
  sigwait(&ends, &signal);
  std::_Exit(0);
}
