#include <algorithm>

#include "tally/config/command_line.hpp"

namespace tally::config {

std::optional<std::string> exposure_refusal(const ServeOptions& options) {
  if (options.server.insecure) return std::nullopt;
  const auto exposed = std::ranges::find_if_not(options.server.listen, is_loopback);
  if (exposed == options.server.listen.end()) return std::nullopt;
  const std::string refused = "listening on " + to_string(*exposed) + " is refused: ";
  if (!options.identity.authentication)
    return refused +
           "callers are not asked who they are, so everyone who can reach this address could take and give back "
           "licenses; set --authentication, listen on 127.0.0.1 or [::1], or accept it with --insecure";
  if (options.identity.proxies.empty())
    return refused +
           "passwords and keys would cross the network in clear text; name the proxy that speaks TLS with "
           "--identity-proxies, listen on 127.0.0.1 or [::1], or accept it with --insecure";
  return std::nullopt;
}

}  // namespace tally::config
