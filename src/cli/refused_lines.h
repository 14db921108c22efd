// Lines of the firewall's files that the kernel refuses: they are left out, closed, so that one of them does not keep all others from being
// in force; and whoever asks is told.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "doors/files.h"
#include "rules/without_line.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

struct RefusedLine {
  rules::LineGivenUp given;
  std::string why;   ///< the kernel's words
  std::string text;  ///< what the line says (rules::text_of_line): another line at its place is another line
  bool operator==(const RefusedLine&) const = default;
};

/// Errors, each with its place.
Diagnostics diagnostics_of(const std::vector<RefusedLine>& lines);
std::vector<rules::LineGivenUp> given_up(const std::vector<RefusedLine>& lines);
/// Those that the program still has, as they were.
std::vector<RefusedLine> still_there(const std::vector<RefusedLine>& lines, const rules::Program& program);

/// As they were written when rules were last put into force; empty: none. What can't be read is none.
std::vector<RefusedLine> read_refused_lines(doors::Files& files, const transaction::Paths& paths);
Result<void> write_refused_lines(doors::Files& files, const transaction::Paths& paths, const std::vector<RefusedLine>& lines);

/// A program on its way into the kernel, which loses lines by each refusal.
class LineQuarantine {
 public:
  /// The program must outlive it. `known`: what is given up from the start.
  explicit LineQuarantine(const rules::Program& program, std::vector<RefusedLine> known = {});

  /// What is left of it.
  const rules::Program& program() const { return left_ ? *left_ : whole_; }
  /// Something was refused. From then on each line must have its own rules, or nobody knows which it was.
  bool is_needed() const { return needed_; }
  /// After a failure: true, if it is worth another try. `all`: what the kernel refused, if that was it, the error first.
  bool takes(const Error& error, std::span<const Error> all = {});
  const Error& first_error() const { return first_error_; }
  const std::vector<RefusedLine>& lines() const { return lines_; }

 private:
  bool take_line(const Error& error);
  bool give_up(RefusedLine& line, rules::GivenUp from);

  const rules::Program& whole_;
  std::optional<rules::Program> left_;
  bool needed_ = false;
  std::size_t rounds_ = 0;
  Error first_error_;
  std::vector<RefusedLine> lines_;
};

}  // namespace drawbridge::cli
