#pragma once

#include <string>
#include <vector>

#include "history_query.hpp"

namespace tally::history {

/// Writes an answer piece by piece.
///
/// JSON is an object that repeats the question, with the array `rows`. CSV is as RFC 4180 says, with a header; a text
/// that a spreadsheet would take for a formula begins with an apostrophe.
class ReplyWriter {
 public:
  explicit ReplyWriter(const HistoryRequest& request);
  ~ReplyWriter();
  ReplyWriter(ReplyWriter&&) noexcept;

  [[nodiscard]] std::string begin() const;
  [[nodiscard]] std::string rows(const storage::HistoryRows& rows);
  [[nodiscard]] std::string end() const;

 private:
  struct Member;
  static std::vector<Member> members_of(storage::HistoryGroup group);
  void append_json(std::string& json, const storage::HistoryRow& row);
  void append_csv(std::string& csv, const storage::HistoryRow& row) const;

  HistoryRequest request_;
  std::vector<Member> members_;
  bool is_first_ = true;
};

}  // namespace tally::history
