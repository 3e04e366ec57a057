#include "catalog_rules.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "registration_rules.hpp"
#include "tally/model/names.hpp"

namespace tally::engine {
namespace {

using Place = std::tuple<model::AccountId, model::LicenseId, std::string>;

Place place_of(const model::CounterIdentity& identity) {
  return {identity.account, identity.license, identity.feature};
}

std::string spoken(const Place& place) {
  const auto& [account, license, feature] = place;
  if (license == model::no_license) return "product \"" + feature + "\" of account \"" + account + "\"";
  const std::string owner = "license " + std::to_string(license.value) + " of account \"" + account + "\"";
  if (feature == model::connections_code) return "the connections of " + owner;
  return "feature \"" + feature + "\" of " + owner;
}

/// What the new catalogue would do to the counters that exist.
struct Merge {
  std::map<Place, const Counter*> known;
  std::map<Place, model::Counted> wanted;
  std::vector<std::string> never;  ///< what no force carries out
  std::vector<std::string> only_forced;
  model::CatalogReport report;
};

void look_at_wanted(Merge& merge, const model::Catalog& catalog) {
  for (const auto& account : catalog.accounts) {
    for (const auto& license : account.licenses) {
      for (auto& counted : model::counted_by(license)) {
        Place place{account.id, license.id, counted.code};
        merge.wanted.emplace(std::move(place), std::move(counted));
      }
    }
    for (const auto& product : account.products)
      merge.wanted.emplace(Place{account.id, model::no_license, product.code}, model::counted_by(product));
  }
}

void compare(Merge& merge, const Place& place, const model::Counted& wanted) {
  const auto known = merge.known.find(place);
  if (known == merge.known.end()) {
    ++merge.report.counters_added;
    return;
  }
  const Counter& counter = *known->second;
  if (counter.identity.kind != wanted.kind) {
    merge.never.push_back(spoken(place) + " is " + std::string{name_of(counter.identity.kind)} + " and stays so");
  }
  const auto& maximum = wanted.maximum;
  if (maximum && counter.used > *maximum && counter.maximum != maximum) {
    merge.only_forced.push_back("the maximum of " + spoken(place) + " would lie below its use of " +
                                to_string(counter.used));
  }
  if (!counter.in_catalog) {
    ++merge.report.counters_added;
  } else if (counter.maximum != maximum || counter.name != wanted.name || counter.identity.option != wanted.option ||
             counter.count_by != wanted.count_by || counter.rule != wanted.rule || counter.lease != wanted.lease) {
    ++merge.report.counters_changed;
  }
}

void look_at_removed(Merge& merge) {
  for (const auto& [place, counter] : merge.known) {
    if (!counter->in_catalog || merge.wanted.contains(place)) continue;
    ++merge.report.counters_removed;
    if (counter->used > model::Quantity{}) {
      merge.only_forced.push_back(spoken(place) + " would be removed while " + to_string(counter->used) +
                                  " of it are held");
    }
  }
}

void look_at_accounts(Merge& merge, const State& state, const model::Catalog& catalog) {
  for (const auto& account : state.catalog().accounts) {
    if (std::ranges::find(catalog.accounts, account.id, &model::Account::id) != catalog.accounts.end()) continue;
    const auto open =
        std::ranges::count_if(state.sessions(), [&](const auto& s) { return s.second.session.account == account.id; });
    if (open > 0) merge.only_forced.push_back("account \"" + account.id + "\" would be removed with open sessions");
  }
}

/// Every counter that ever was keeps its number; new ones go on behind the highest, a zone's being one.
std::vector<model::CounterIdentity> identities(const Merge& merge, model::CounterId highest) {
  std::vector<model::CounterIdentity> all;
  for (const auto& [place, counter] : merge.known) {
    all.push_back(counter->identity);
    if (const auto wanted = merge.wanted.find(place); wanted != merge.wanted.end())
      all.back().option = wanted->second.option;
  }
  for (const auto& [place, wanted] : merge.wanted) {
    if (merge.known.contains(place)) continue;
    highest = highest.next();
    const auto& [account, license, code] = place;
    all.push_back({.id = highest,
                   .account = account,
                   .license = license,
                   .feature = code,
                   .kind = wanted.kind,
                   .option = wanted.option});
  }
  std::ranges::sort(all, {}, &model::CounterIdentity::id);
  return all;
}

Merge merge_with(const State& state, const model::Catalog& catalog) {
  Merge merge;
  for (const auto& [id, counter] : state.counters()) merge.known[place_of(counter.identity)] = &counter;
  look_at_wanted(merge, catalog);
  return merge;
}

/// Overage settings that a request made stay until the catalogue itself says something else.
void drop_overages_that_changed(Draft& draft, const std::map<model::CounterId, model::Overages>& before,
                                const Caller& caller) {
  for (const auto& [id, overages] : before) {
    const Counter& counter = *draft.state().counter(id);
    if (counter.rule.overages != overages) draft.set_overages(counter, std::nullopt, caller.user, caller);
  }
}

std::map<model::CounterId, model::Overages> overages_set_aside(const State& state) {
  std::map<model::CounterId, model::Overages> all;
  for (const auto& [id, counter] : state.counters()) {
    if (counter.client_overages) all[id] = counter.rule.overages;
  }
  return all;
}

using Limits = std::map<model::CounterId, std::optional<model::Quantity>>;

Limits limits_of(const State& state) {
  Limits all;
  for (const auto& [id, counter] : state.counters()) all[id] = counter.limit();
  return all;
}

/// So that the ledger knows of a limit from when on it holds, and not only from the counter's next step on.
void note_limits_that_changed(Draft& draft, const Limits& before, const Caller& caller) {
  for (const auto& [id, limit] : before) {
    const Counter& counter = *draft.state().counter(id);
    if (counter.in_catalog && counter.limit() != limit) draft.adjust(counter, caller.user, caller, "catalog");
  }
}

/// The catalogue with what requests have said of which licenses are installed, where it says nothing itself.
model::Catalog with_installations(model::Catalog catalog, const State& state) {
  std::set<std::pair<model::AccountId, model::LicenseId>> taken_off;
  for (const auto& account : state.catalog().accounts) {
    for (const auto& license : account.licenses) {
      if (!license.is_installed()) taken_off.emplace(account.id, license.id);
    }
  }
  for (auto& account : catalog.accounts) {
    for (auto& license : account.licenses) {
      if (!license.installed && taken_off.contains({account.id, license.id})) license.installed = false;
    }
  }
  return catalog;
}

void put(Draft& draft, const Caller& caller, const Merge& merge, model::Catalog catalog, std::string start_file) {
  const auto overages = overages_set_aside(draft.state());
  const Limits limits = limits_of(draft.state());
  const Leases leases = leases_of_places(draft.state());
  draft.replace_catalog({.catalog = std::move(catalog),
                         .counters = identities(merge, draft.state().highest_counter()),
                         .file_hash = std::move(start_file)});
  drop_overages_that_changed(draft, overages, caller);
  note_limits_that_changed(draft, limits, caller);
  keep_places_in_catalog(draft, leases, caller.door);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

}  // namespace

model::Outcome import_catalog(Draft& draft, const Caller& caller, const ImportCatalog& command) {
  if (!caller.administrator) return std::unexpected{model::Refusal{model::ErrorCode::access_denied, {}}};
  if (command.unless_imported && command.file_hash == draft.state().catalog_hash()) return model::CatalogReport{};

  model::Catalog catalog = with_installations(*command.catalog, draft.state());
  Merge merge = merge_with(draft.state(), catalog);
  for (const auto& [place, wanted] : merge.wanted) compare(merge, place, wanted);
  look_at_removed(merge);
  look_at_accounts(merge, draft.state(), catalog);

  if (!merge.never.empty()) {
    return std::unexpected{model::Refusal{model::ErrorCode::catalog_conflict, joined(merge.never)}};
  }
  if (!merge.only_forced.empty() && !command.force) {
    return std::unexpected{model::Refusal{model::ErrorCode::catalog_conflict, joined(merge.only_forced)}};
  }
  const model::CatalogReport report = merge.report;
  // Only a start remembers its file: what is imported later by hand must not be undone by the same file at the next
  // start.
  std::string start_file = command.unless_imported ? command.file_hash : draft.state().catalog_hash();
  put(draft, caller, merge, std::move(catalog), std::move(start_file));
  return report;
}

void replace_catalog(Draft& draft, const Caller& caller, const model::Catalog& catalog) {
  put(draft, caller, merge_with(draft.state(), catalog), catalog, draft.state().catalog_hash());
}

void complete_counters(Draft& draft) {
  const State& state = draft.state();
  draft.replace_catalog({.catalog = state.catalog(),
                         .counters = identities(merge_with(state, state.catalog()), state.highest_counter()),
                         .file_hash = state.catalog_hash()});
}

}  // namespace tally::engine
