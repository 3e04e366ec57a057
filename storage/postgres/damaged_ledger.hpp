#pragma once

#include <stdexcept>
#include <string>

namespace tally::postgres {

/// The ledger itself is at fault: waiting will not help, and nothing may be written to it.
class DamagedLedger : public std::runtime_error {
 public:
  explicit DamagedLedger(const std::string& what)
      : runtime_error{"the ledger is damaged: " + what +
                      ". Tally changes nothing in it; restore the database from a backup "
                      "(docs/operations/damaged-ledger.md)"} {}
};

}  // namespace tally::postgres
