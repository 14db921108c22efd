// From an interfaces file to the request of a transaction: what apply, rollback N and the familiar commands share.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "cli/context.h"
#include "cli/reach_text.h"
#include "cli/sources.h"
#include "network/plan.h"

namespace drawbridge::cli {

/// A file, checked and planned, ready to be applied.
struct Prepared {
  transaction::Request request;  ///< without confirmation policy
  network::Plan plan;            ///< what will be done, if nothing changes until then
  Reach reach;                   ///< what that does to the node and to whoever asks; its risks are warnings too
  Diagnostics warnings;
  bool left_out = false;  ///< something was wrong and is not in the plan
};

/// Why a file can't be applied: the findings, and the exit code that they mean.
struct Refusal {
  Diagnostics findings;
  Exit exit = Exit::bad_input;
};

struct PrepareOptions {
  bool force = false;    ///< missing NICs, and a running file edited by hand meanwhile, are only told
  bool lenient = false;  ///< what is wrong or can't be applied is left out and told: at boot some network is better than none
  /// Only these interfaces and what they are made of, marked auto or not; files and history are not touched. nullopt: all.
  std::optional<std::set<std::string>> names = std::nullopt;
  bool alone = false;                ///< of `names`: they don't join bridges and bonds that are not among them
  bool previous_is_current = false;  ///< nothing is taken away that only the last applied files asked for
};

/// Errors and missing NICs are bad input; types that this version can't apply, and an unreadable kernel, are refused by the
/// system.
std::expected<Prepared, Refusal> prepare(Context& context, const Source& source, const PrepareOptions& options);

/// Prints the refusal in the style of the contract.
Exit tell_refusal(Console& console, const Refusal& refusal);

}  // namespace drawbridge::cli
