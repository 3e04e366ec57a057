#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tally/model/allotment.hpp"
#include "tally/model/catalog.hpp"
#include "tally/model/error_code.hpp"
#include "tally/model/event.hpp"
#include "tally/model/lock.hpp"
#include "tally/model/number_range.hpp"
#include "tally/model/session.hpp"

namespace tally::model {

/// An option as a session may see it: on a license that is valid now.
struct FeatureView {
  Guid id;
  std::string name;
  std::optional<Quantity> maximum;
  bool operator==(const FeatureView&) const = default;
};

/// A session with what its account's licenses allow at the moment of the answer.
struct SessionView {
  Session session;
  Instant server_time;
  std::vector<FeatureView> features;
  std::optional<Instant> expires;  ///< the earliest end among the licenses that are valid now
};

struct SessionList {
  std::vector<Session> sessions;
};

/// What an import did.
struct CatalogReport {
  std::int64_t counters_added = 0;
  std::int64_t counters_changed = 0;
  std::int64_t counters_removed = 0;
  bool operator==(const CatalogReport&) const = default;
};

/// A number that is taken, with its id.
struct IssuedNumber {
  std::int32_t number = 0;
  Guid id;
  bool operator==(const IssuedNumber&) const = default;
};

/// What could not be done of a command for several resources.
struct FailedItems {
  std::vector<Guid> resources;
  bool operator==(const FailedItems&) const = default;
};

/// The numbers are those of the wire's data. That a number is reserved (2 there) is never the case.
enum class NumberStatus { free = 0, in_use = 1, not_existing = 3 };

/// The status of numbers that follow one another: runs in order, without gaps.
struct StatusRun {
  NumberRange numbers;
  NumberStatus status = NumberStatus::free;
  bool operator==(const StatusRun&) const = default;
};
struct NumberPage {
  std::vector<StatusRun> runs;
};

/// The first page of a list of numbers, and how to come by the others.
struct NumberList {
  Guid cursor;  ///< zero when all is on the first page
  std::uint32_t pages = 0;
  std::uint32_t rows = 0;
  NumberPage first_page;
};
struct PageCount {
  std::uint32_t pages = 0;
};

/// How a resource is locked, as seen by the session that asks.
struct LockView {
  enum class State { free, locked, checked_out, locked_by_asker, checked_out_by_asker } state = State::free;
  std::string owner;  ///< empty when it is free
};
struct LockList {
  std::vector<Lock> locks;
};

/// How much of a counter is used up, and what may still be.
struct ConsumptionView {
  LicenseId license;
  CounterId counter;
  std::string product;
  std::string feature;              ///< its code; empty: the license's own consumption
  std::optional<Quantity> maximum;  ///< absent: unlimited
  Quantity used;
  ConsumptionRule rule;  ///< with the overages that hold now
  bool operator==(const ConsumptionView&) const = default;
};

/// What is counted of a license or of a feature.
struct Counts {
  Quantity used;
  Overages overages;                      ///< those that hold now
  std::optional<Instant> borrowed_until;  ///< the asker's place is lent until then
  bool operator==(const Counts&) const = default;
};

/// A license as floating clients see it.
struct LicenseView {
  License license;                        ///< as the catalogue says
  Counts consumption;                     ///< of the license itself
  Quantity users;                         ///< places of its floating_users that are taken
  std::vector<Counts> features;           ///< one for each of the license's, in their order
  std::optional<Instant> borrowed_until;  ///< the asker's place is lent until then
  bool operator==(const LicenseView&) const = default;
};
struct LicenseList {
  std::vector<LicenseView> licenses;
};

/// A place that a session has of a product, with the counts of the moment at which it was taken.
struct PlaceView {
  Hold hold;
  std::int64_t product_id = 0;  ///< the catalogue's, else the counter's number
  std::string product_name;
};

/// What commands bring that only read. They have no idempotency key, so this is never stored.
using Reading = std::variant<NumberStatus, NumberPage, NumberList, PageCount, LockView, LockList, Profile,
                             ServiceLicenses, OwnedProducts>;

/// Why a command was not carried out, and what the caller may be told about it beyond the code's own words.
struct Refusal {
  ErrorCode code = ErrorCode::internal_failure;
  std::string detail;
  std::string product = {};  ///< the code of the product at fault; empty: none
};

/// What success brings; std::monostate where there is nothing to say.
using Answer = std::variant<std::monostate, SessionView, SessionList, CatalogReport, IssuedNumber, FailedItems, Reading,
                            ConsumptionView, LicenseList, PlaceView, ServiceLicense>;

using Outcome = std::expected<Answer, Refusal>;

/// Names a repeatable command: who asked for which operation under which key, and the exact command behind it.
struct IdempotencyKey {
  std::string caller;  ///< verified user, else the peer's address
  std::string operation;
  std::string key;     ///< 1 to 128 visible ASCII characters
  std::string digest;  ///< of the parsed command; equal digests are equal commands
};

/// The first answer to a command with an idempotency key.
struct RecordedAnswer {
  IdempotencyKey key;
  Instant recorded_at;
  Outcome outcome;
};

}  // namespace tally::model
