#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tally/model/catalog.hpp"

namespace tally::catalog_json {

/// One thing that is wrong with a catalogue file.
struct Mistake {
  std::size_t line = 0;  ///< counted from 1; 0 when the file as a whole is meant
  std::string member;    ///< such as accounts[0].licenses[1].features[0].maximum; empty for the file or its syntax
  std::string
      what;  ///< a sentence without a final dot, safe to show: text of the file appears only shortened and escaped
  bool operator==(const Mistake&) const = default;
};

/// Larger files are refused unread.
inline constexpr std::size_t catalog_bytes_max = std::size_t{64} * 1024 * 1024;
/// Reading stops after so many mistakes.
inline constexpr std::size_t mistakes_max = 100;

/// Reads a catalogue. Every member, its range and its default is in docs/catalog.schema.json; what a schema cannot say
/// (ids that must differ, members that exclude each other) is checked here alone.
///
/// Nothing is guessed: an unknown member is a mistake. A syntax error is the only mistake of its file; otherwise all
/// mistakes are collected in the order of the file, up to mistakes_max. UTF-8, with or without a byte order mark.
/// Safe to call from any thread.
[[nodiscard]] std::expected<model::Catalog, std::vector<Mistake>> parse_catalog(std::string_view text);

/// "line 12: accounts[0].id: must not be empty"; what is unknown is left out.
[[nodiscard]] std::string to_string(const Mistake& mistake);

}  // namespace tally::catalog_json
