#include "server_account.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "cluster_failure.hpp"

namespace tally::embedded {
namespace {

struct PasswdEntry {
  uid_t uid;
  gid_t gid;
  std::string name;
};

/// Runs getpwnam_r or getpwuid_r, growing the buffer until the entry fits.
template<typename Lookup>
std::optional<PasswdEntry> find_user(Lookup lookup) {
  std::vector<char> buffer(1024);
  passwd entry{};
  passwd* found = nullptr;
  while (lookup(entry, buffer, found) == ERANGE) buffer.resize(buffer.size() * 2);
  if (found == nullptr) return std::nullopt;
  return PasswdEntry{found->pw_uid, found->pw_gid, found->pw_name};
}

std::optional<PasswdEntry> find_user_by_id(uid_t uid) {
  return find_user([uid](passwd& entry, std::vector<char>& buffer, passwd*& found) {
    return ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  });
}

std::optional<PasswdEntry> find_user_by_name(const char* name) {
  return find_user([name](passwd& entry, std::vector<char>& buffer, passwd*& found) {
    return ::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found);
  });
}

std::vector<gid_t> groups_of(const PasswdEntry& user) {
  int count = 16;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (::getgrouplist(user.name.c_str(), user.gid, groups.data(), &count) < 0)
    groups.resize(static_cast<std::size_t>(count));
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

std::expected<PasswdEntry, ClusterError> entry_or_error(uid_t uid) {
  if (auto user = find_user_by_id(uid)) return *user;
  return failed(
      "user id " + std::to_string(uid) + " has no passwd entry, and PostgreSQL's initdb needs one",
      "Run Tally as a user that the system knows, add an entry for this id, or give it a database with --database.");
}

std::expected<PasswdEntry, ClusterError> user_for_root(std::optional<uid_t> cluster_owner) {
  if (cluster_owner == uid_t{0})
    return failed("the private cluster belongs to root, and PostgreSQL refuses to run as root",
                  "Give it and everything in it to an unprivileged user with chown -R.");
  if (cluster_owner) return entry_or_error(*cluster_owner);
  for (const char* name : {"tally", "postgres"}) {
    if (auto user = find_user_by_name(name); user && user->uid != 0) return *user;
  }
  return failed(
      "PostgreSQL refuses to run as root, and there is neither a user 'tally' nor a user 'postgres' to run it",
      "Make one with: useradd --system tally");
}

/// The raw call, because the C library's would change every thread of the process.
bool set_groups_of_this_thread(const std::vector<gid_t>& groups) noexcept {
  return ::syscall(SYS_setgroups, groups.size(), groups.data()) == 0;
}

/// A root without the capabilities of root would otherwise be noticed only by files that belong to the wrong user.
bool can_act_as(const ServerAccount& account) {
  const ActingAs acting(account);
  constexpr auto ask = static_cast<uid_t>(-1);
  return static_cast<uid_t>(::setfsuid(ask)) == account.uid && static_cast<gid_t>(::setfsgid(ask)) == account.gid;
}

}  // namespace

std::optional<std::string> user_name(uid_t uid) {
  auto user = find_user_by_id(uid);
  return user ? std::optional(std::move(user->name)) : std::nullopt;
}

std::expected<ServerAccount, ClusterError> choose_account(std::optional<uid_t> cluster_owner) {
  const uid_t self = ::geteuid();
  if (self != 0) {
    const auto user = entry_or_error(self);
    if (!user) return std::unexpected(user.error());
    if (cluster_owner && *cluster_owner != self)
      return failed(
          "the private cluster belongs to user id " + std::to_string(*cluster_owner) + ", not to " + user->name,
          "Run Tally as that user or as root, or choose another --data-dir.");
    return ServerAccount{self, ::getegid(), user->name, {}, false};
  }
  const auto user = user_for_root(cluster_owner);
  if (!user) return std::unexpected(user.error());
  ServerAccount account{user->uid, user->gid, user->name, groups_of(*user), true};
  if (!can_act_as(account))
    return failed("root may not become user '" + account.name + "' here",
                  "Grant the capabilities CAP_SETUID and CAP_SETGID, or run Tally as an unprivileged user.");
  return account;
}

ActingAs::ActingAs(const ServerAccount& account) noexcept : acting_(account.drop) {
  if (!acting_) return;
  dumpable_ = ::prctl(PR_GET_DUMPABLE) == 1;
  const int count = ::getgroups(0, nullptr);
  groups_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (count > 0) ::getgroups(count, groups_.data());
  set_groups_of_this_thread(account.groups);
  gid_ = static_cast<gid_t>(::setfsgid(account.gid));
  uid_ = static_cast<uid_t>(::setfsuid(account.uid));
}

ActingAs::~ActingAs() {
  if (!acting_) return;
  ::setfsuid(uid_);
  ::setfsgid(gid_);
  set_groups_of_this_thread(groups_);
  // The kernel takes the right to dump core from a process that changes its identity; ours is root's again.
  if (dumpable_) ::prctl(PR_SET_DUMPABLE, 1);
}

}  // namespace tally::embedded
