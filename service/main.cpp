#include <signal.h>
#include <sodium/core.h>
#include <sys/resource.h>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "administer.hpp"
#include "event_logger.hpp"
#include "serve.hpp"
#include "tally/config/command_line.hpp"
#include "tally/logging/log.hpp"

namespace {

using namespace tally;
using config::ExitCode;

/// SIGTERM and SIGINT are waited for by serve; a client that goes away is no reason to end.
void arrange_signals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

/// Every connection is a file.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::expected<void, Failure> run(const config::Command& command, EventLogger& events) {
  struct Runner {
    EventLogger& events;
    std::expected<void, Failure> operator()(const config::Serve& c) const {
      arrange_signals();
      raise_file_limit();
      logging::start(c.settings.log.level, c.settings.log.format);
      for (const auto& warning : c.settings.warnings) {
        logging::log(logging::Level::warning, logging::Channel::server, "unwise setting",
                     {{"what", std::string_view{warning}}});
      }
      logging::log(logging::Level::info, logging::Channel::server,
                   c.settings.identity.authentication
                       ? "callers show a password or a key"
                       : "callers are not asked who they are: whoever can reach the address may call",
                   {{"version", TALLY_VERSION}});
      auto result = serve(c.settings, events);
      logging::stop();
      return result;
    }
    std::expected<void, Failure> operator()(const config::Migrate& c) const { return migrate(c, events); }
    std::expected<void, Failure> operator()(const config::CatalogImport& c) const { return import_catalog(c, events); }
    std::expected<void, Failure> operator()(const config::CatalogExport& c) const { return export_catalog(c, events); }
    std::expected<void, Failure> operator()(const config::CatalogCheck& c) const { return check_catalog(c); }
    std::expected<void, Failure> operator()(const config::SessionList& c) const { return list_sessions(c, events); }
    std::expected<void, Failure> operator()(const config::SessionEnd& c) const { return end_session(c, events); }
    std::expected<void, Failure> operator()(const config::UsageReport& c) const { return report_usage(c, events); }
    std::expected<void, Failure> operator()(const config::HistoryReport& c) const { return report_history(c, events); }
    std::expected<void, Failure> operator()(const config::UserAdd& c) const { return add_user(c, events); }
    std::expected<void, Failure> operator()(const config::UserSetPassword& c) const { return set_password(c, events); }
    std::expected<void, Failure> operator()(const config::UserRemove& c) const { return remove_user(c, events); }
    std::expected<void, Failure> operator()(const config::UserList& c) const { return list_users(c, events); }
    std::expected<void, Failure> operator()(const config::KeyAdd& c) const { return add_key(c, events); }
    std::expected<void, Failure> operator()(const config::KeyRevoke& c) const { return revoke_key(c, events); }
    std::expected<void, Failure> operator()(const config::KeyList& c) const { return list_keys(c, events); }
    std::expected<void, Failure> operator()(const config::Version&) const {
      std::cout << "tally " << TALLY_VERSION << "\n";
      return {};
    }
  };
  return std::visit(Runner{events}, command);
}

}  // namespace

int main(int argument_count, char** arguments) try {
  if (sodium_init() < 0) throw std::runtime_error{"no cryptographic library"};
  const std::vector<std::string> words{arguments + 1, arguments + argument_count};
  const auto command = config::read_command_line(words, config::surroundings_of_this_process());
  if (!command) {
    (command.error().code == ExitCode::ok ? std::cout : std::cerr) << command.error().text;
    return static_cast<int>(command.error().code);
  }
  EventLogger events;
  const auto result = run(*command, events);
  if (result) return static_cast<int>(ExitCode::ok);
  std::cerr << "tally: " << result.error().what << "\n";
  return static_cast<int>(result.error().code);
} catch (const std::exception& error) {
  // No memory, no thread: what was begun has ended on the way here, a private PostgreSQL with it.
  std::cerr << "tally: " << error.what() << "\n";
  return static_cast<int>(ExitCode::failed);
}
