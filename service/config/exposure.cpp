#include <algorithm>

#include "tally/config/command_line.hpp"

namespace tally::config {

std::optional<std::string> exposure_refusal(const ServerOptions& server) {
  if (server.insecure) return std::nullopt;
  const auto exposed = std::ranges::find_if_not(server.listen, is_loopback);
  if (exposed == server.listen.end()) return std::nullopt;
  return "listening on " + to_string(*exposed) +
         " is refused: callers are not authenticated yet, so everyone who can reach this address could take and give "
         "back licenses; listen on 127.0.0.1 or [::1] behind a proxy that authenticates, or accept it with --insecure";
}

}  // namespace tally::config
