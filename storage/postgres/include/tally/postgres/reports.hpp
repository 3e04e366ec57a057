#pragma once

#include <expected>
#include <optional>
#include <string>

#include "tally/model/catalog.hpp"
#include "tally/storage/report.hpp"

namespace tally::postgres {

// Each reads the folded tables and the ledger on a connection of its own; they are right within a second of rest.
// Errors are texts for the administrator.

[[nodiscard]] std::expected<storage::Report, std::string> open_sessions(const std::string& url);
/// Places held now, of one product or of all.
[[nodiscard]] std::expected<storage::Report, std::string> usage(const std::string& url,
                                                                const std::optional<std::string>& product);
/// Events from an instant on, in the order in which they happened.
[[nodiscard]] std::expected<storage::Report, std::string> history(const std::string& url, model::Instant since);

/// Those who have credentials, and their keys without the secrets, which nobody knows.
[[nodiscard]] std::expected<storage::Report, std::string> users(const std::string& url);
[[nodiscard]] std::expected<storage::Report, std::string> api_keys(const std::string& url);

/// The catalogue as it was imported last; absent when there never was one.
[[nodiscard]] std::expected<std::optional<model::Catalog>, std::string> stored_catalog(const std::string& url);

/// Makes the ledger's partitions for this month and the two behind it.
[[nodiscard]] std::expected<void, std::string> prepare_partitions(const std::string& url);

}  // namespace tally::postgres
