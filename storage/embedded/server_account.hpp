#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "tally/embedded/cluster_error.hpp"

namespace tally::embedded {

/// The user that runs the server and owns its files.
struct ServerAccount {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
  std::vector<gid_t> groups;  ///< Supplementary groups; read only when `drop`.
  bool drop = false;          ///< Tally is root and has to become this user first.
};

/// Chooses the account: the caller's own, or for root the owner of the existing cluster, else `tally`, else `postgres`.
std::expected<ServerAccount, ClusterError> choose_account(std::optional<uid_t> cluster_owner);

/// The name of a user; nullopt if the system knows none.
std::optional<std::string> user_name(uid_t uid);

/// While it lives, this thread's file access is the account's: what is made belongs to the account, what the account
/// may not reach is not reached, and a symbolic link planted in the account's folders leads no further than its own
/// rights. Linux keeps these identities per thread, so other threads notice nothing. Also gives root the sight of the
/// account's processes in /proc where containers withhold CAP_SYS_PTRACE. Does nothing when Tally runs as the account
/// already. May be nested.
class ActingAs {
 public:
  explicit ActingAs(const ServerAccount& account) noexcept;
  ~ActingAs();
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  bool acting_;
  bool dumpable_ = false;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  std::vector<gid_t> groups_;
};

}  // namespace tally::embedded
