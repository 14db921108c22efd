// From a rule program to tables of nftables.
#pragma once

#include "base/result.h"
#include "nftables/ruleset.h"
#include "rules/program.h"

namespace drawbridge::nftables {

struct CompileOptions {
  std::string table = "drawbridge";
  /// Each rule counts what it matches; rules are then not merged.
  bool counters = false;
  /// Consecutive rules of one action whose order can't matter become fewer (merge.h).
  bool merge = true;
  bool operator==(const CompileOptions&) const = default;
};

/// The ruleset that does what rules::evaluate says, stage by stage. A rule that can't be expressed is an error with its file and
/// line (unsupported) and never left out; nothing is made then. A rule that can't match any packet leaves no trace.
Result<Ruleset> compile(const rules::Program& program, const CompileOptions& options = {});

}  // namespace drawbridge::nftables
