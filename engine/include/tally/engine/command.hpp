#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tally/engine/allotment_commands.hpp"
#include "tally/engine/floating_commands.hpp"
#include "tally/engine/lock_commands.hpp"
#include "tally/engine/number_commands.hpp"
#include "tally/model/answer.hpp"
#include "tally/model/event.hpp"

namespace tally::engine {

/// Who asks, as far as the door could tell.
struct Caller {
  std::string user;            ///< the authenticated name, or the anonymous user of the configuration
  bool administrator = false;  ///< only ever true for a name that somebody vouched for
  std::string address;         ///< the peer's, or the one that a trusted proxy forwarded
  model::Door door = model::Door::engine;
};

struct OpenSession {
  model::AccountId account;
  model::SessionId id;  ///< drawn by the door from a cryptographic source: knowing it is the right to use it
  std::string database;
  model::Settings settings;
  model::Guid profile;  ///< the user's, derived by the door; zero from doors whose users have none
};
struct EndSession {
  model::SessionId session;
};
/// Ends a session by its number; another user's needs an administrator.
struct TerminateSession {
  std::optional<model::AccountId> account;  ///< absent: of any account
  model::SessionId session;
};
/// Takes a session offline: its connection and its places go back, and are remembered.
struct SuspendSession {
  model::SessionId session;
};
/// Brings it online again, with all that it had or not at all.
struct ResumeSession {
  model::SessionId session;
};
struct KeepAlive {
  model::SessionId session;
};
struct ReadSession {
  model::SessionId session;
};
struct ChangeSettings {
  model::SessionId session;
  model::Settings settings;
};
struct ListSessions {
  std::optional<model::AccountId> account;  ///< absent: of every account
};
struct TakePlace {
  model::SessionId session;
  model::Guid option;
};
struct GiveBack {
  model::SessionId session;
  model::Guid option;
};
/// Takes a place of a product, as programs name it that know no options: by its id, its name, or a feature's code.
struct TakeProductPlace {
  model::SessionId session;
  std::string product;
  std::string reason;  ///< goes to the ledger and stays with the place; may be empty
};
/// Gives the place back that this token names; nothing happens when the session does not hold it.
struct GiveBackToken {
  model::SessionId session;
  model::Token token;
};
struct ImportCatalog {
  std::shared_ptr<const model::Catalog> catalog;
  std::string file_hash;
  bool force = false;            ///< carry it out although it removes what is held or lowers a maximum below use
  bool unless_imported = false;  ///< at a start: nothing to do when the last start's file had the same hash
};

/// Everything the engine can be asked.
using Command =
    std::variant<OpenSession, EndSession, TerminateSession, SuspendSession, ResumeSession, KeepAlive, ReadSession,
                 ChangeSettings, ListSessions, TakePlace, GiveBack, TakeProductPlace, GiveBackToken, ImportCatalog,
                 TakeNumbers, TakeFreeNumber, ReleaseNumbers, ReleaseNumberById, ChangeBound, ReadNumberById,
                 ReadNumberId, ReadNumberStatus, ListNumbers, ReadCursorPage, ReadPageCount, CloseCursor, SetLock,
                 ClearLock, ClearLocks, ReadLock, ListLocks, ReadProfile, ReadProfileById, Consume, RegisterUser,
                 UnregisterUser, UnregisterAll, ReadLicenses, RemoveLicense, InstallLicense, Allot, RemoveAllotments,
                 ReadAllotments, ReadOwnedProducts>;

struct Reply {
  std::uint64_t ticket = 0;
  model::Outcome outcome;
};

/// Where answers go: one per thread that asks, so that a group's answers to it are handed over as one vector.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  /// Called on any thread, most often the writer's; must not block and must not throw.
  virtual void deliver(std::vector<Reply>&& replies) noexcept = 0;
};

/// A command on its way through the queue.
struct Request {
  Command command;
  Caller caller;
  std::optional<model::IdempotencyKey> idempotency;
  std::optional<model::InboxId> inbox;             ///< set when the answer is also to be written to an inbox row
  std::chrono::steady_clock::time_point deadline;  ///< when the caller stops waiting
  ReplySink* sink = nullptr;                       ///< must outlive the writer
  std::uint64_t ticket = 0;                        ///< the asker's own name for the request
};

}  // namespace tally::engine
