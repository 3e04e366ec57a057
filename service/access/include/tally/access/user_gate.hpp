#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "tally/access/verification.hpp"
#include "tally/common/gate.hpp"
#include "tally/common/identification.hpp"
#include "tally/common/verified_callers.hpp"
#include "tally/http/handler.hpp"

namespace tally::access {

/// Lets in who is known by a password or a key of their own, or vouched for by a listed proxy, and may do what the
/// request needs. One I/O thread's.
class UserGate final : public common::Gate {
 public:
  /// All references must outlive the gate. `clear_text`: whether credentials may come from other machines without TLS
  /// and without a listed proxy.
  UserGate(http::IoThread& thread, Verification& verification, const common::Identification& identification,
           bool clear_text);

  void admit(const http::Request& request, model::Access needed, Then then) override;

  /// That knows who was let in.
  [[nodiscard]] const common::Identification& identification() const { return identification_; }

 private:
  struct Waiting {
    model::Access needed;
    Then then;
  };
  void ask(const http::Request& request, Waiting waiting);
  void tell(const std::string& fingerprint, Verification::Verdict verdict);

  http::IoThread& thread_;
  Verification& verification_;
  common::VerifiedCallers verified_;
  common::Identification identification_;
  bool clear_text_;
  std::unordered_map<std::string, std::vector<Waiting>> waiting_;  ///< by the fingerprints of their credentials
};

}  // namespace tally::access
