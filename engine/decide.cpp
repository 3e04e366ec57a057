#include "tally/engine/decide.hpp"

#include "allotment_rules.hpp"
#include "catalog_rules.hpp"
#include "consumption_rules.hpp"
#include "cursor_rules.hpp"
#include "installation_rules.hpp"
#include "license_rules.hpp"
#include "lock_rules.hpp"
#include "numerator_rules.hpp"
#include "offline_rules.hpp"
#include "option_rules.hpp"
#include "product_rules.hpp"
#include "profile_rules.hpp"
#include "registration_rules.hpp"
#include "session_rules.hpp"

namespace tally::engine {
namespace {

model::Outcome carry_out(Draft& draft, const RuleSettings& settings, const Request& request) {
  struct Rules {
    Draft& draft;
    const RuleSettings& settings;
    const Caller& caller;
    model::Outcome operator()(const OpenSession& c) const { return open_session(draft, settings, caller, c); }
    model::Outcome operator()(const EndSession& c) const { return end_session(draft, caller, c); }
    model::Outcome operator()(const TerminateSession& c) const { return terminate_session(draft, caller, c); }
    model::Outcome operator()(const SuspendSession& c) const { return suspend_session(draft, caller, c); }
    model::Outcome operator()(const ResumeSession& c) const { return resume_session(draft, settings, caller, c); }
    model::Outcome operator()(const KeepAlive& c) const { return keep_alive(draft, c); }
    model::Outcome operator()(const ReadSession& c) const { return read_session(draft, c); }
    model::Outcome operator()(const ChangeSettings& c) const { return change_settings(draft, c); }
    model::Outcome operator()(const ListSessions& c) const { return list_sessions(draft, caller, c); }
    model::Outcome operator()(const TakePlace& c) const { return take_place(draft, settings, caller, c); }
    model::Outcome operator()(const GiveBack& c) const { return give_back(draft, caller, c); }
    model::Outcome operator()(const TakeProductPlace& c) const {
      return take_product_place(draft, settings, caller, c);
    }
    model::Outcome operator()(const GiveBackToken& c) const { return give_back_token(draft, caller, c); }
    model::Outcome operator()(const ImportCatalog& c) const { return import_catalog(draft, caller, c); }
    model::Outcome operator()(const TakeNumbers& c) const { return take_numbers(draft, caller, c); }
    model::Outcome operator()(const TakeFreeNumber& c) const { return take_free_number(draft, caller, c); }
    model::Outcome operator()(const ReleaseNumbers& c) const { return release_numbers(draft, caller, c); }
    model::Outcome operator()(const ReleaseNumberById& c) const { return release_number_by_id(draft, caller, c); }
    model::Outcome operator()(const ChangeBound& c) const { return change_bound(draft, caller, c); }
    model::Outcome operator()(const ReadNumberById& c) const { return read_number_by_id(draft, c); }
    model::Outcome operator()(const ReadNumberId& c) const { return read_number_id(draft, c); }
    model::Outcome operator()(const ReadNumberStatus& c) const { return read_number_status(draft, c); }
    model::Outcome operator()(const ListNumbers& c) const { return list_numbers(draft, c); }
    model::Outcome operator()(const ReadCursorPage& c) const { return read_cursor_page(draft, c); }
    model::Outcome operator()(const ReadPageCount& c) const { return read_page_count(draft, c); }
    model::Outcome operator()(const CloseCursor& c) const { return close_cursor(draft, c); }
    model::Outcome operator()(const SetLock& c) const { return set_lock(draft, settings, caller, c); }
    model::Outcome operator()(const ClearLock& c) const { return clear_lock(draft, caller, c); }
    model::Outcome operator()(const ClearLocks& c) const { return clear_locks(draft, caller, c); }
    model::Outcome operator()(const ReadLock& c) const { return read_lock(draft, c); }
    model::Outcome operator()(const ListLocks& c) const { return list_locks(draft, c); }
    model::Outcome operator()(const ReadProfile& c) const { return read_profile(draft, c); }
    model::Outcome operator()(const ReadProfileById& c) const { return read_profile_by_id(draft, c); }
    model::Outcome operator()(const Consume& c) const { return consume(draft, caller, c); }
    model::Outcome operator()(const RegisterUser& c) const { return register_user(draft, settings, caller, c); }
    model::Outcome operator()(const UnregisterUser& c) const { return unregister_user(draft, caller, c); }
    model::Outcome operator()(const UnregisterAll& c) const { return unregister_all(draft, caller, c); }
    model::Outcome operator()(const ReadLicenses& c) const { return read_licenses(draft, c); }
    model::Outcome operator()(const RemoveLicense& c) const { return remove_license(draft, settings, caller, c); }
    model::Outcome operator()(const InstallLicense& c) const { return install_license(draft, settings, caller, c); }
    model::Outcome operator()(const Allot& c) const { return allot(draft, caller, c); }
    model::Outcome operator()(const RemoveAllotments& c) const { return remove_allotments(draft, caller, c); }
    model::Outcome operator()(const ReadAllotments& c) const { return read_allotments(draft, c); }
    model::Outcome operator()(const ReadOwnedProducts& c) const { return read_owned_products(draft, c); }
  };
  return std::visit(Rules{draft, settings, request.caller}, request.command);
}

model::Outcome decide_once(Draft& draft, const RuleSettings& settings, const Request& request) {
  const auto& key = request.idempotency;
  if (!key) return carry_out(draft, settings, request);
  if (const auto* first = draft.state().answers().find(*key)) {
    if (first->key.digest == key->digest) return first->outcome;
    return std::unexpected{model::Refusal{model::ErrorCode::idempotency_conflict, {}}};
  }
  if (draft.state().answers().is_full_for(key->caller)) {
    return std::unexpected{model::Refusal{model::ErrorCode::server_busy, "too many idempotency keys in use"}};
  }
  model::Outcome outcome = carry_out(draft, settings, request);
  if (is_worth_remembering(outcome)) draft.remember({.key = *key, .recorded_at = draft.now().wall, .outcome = outcome});
  return outcome;
}

}  // namespace

model::Outcome decide(Draft& draft, const RuleSettings& settings, const Request& request) {
  model::Outcome outcome = decide_once(draft, settings, request);
  if (request.inbox) draft.answer_inbox(*request.inbox, outcome);
  return outcome;
}

}  // namespace tally::engine
