// A scenario's statements about traffic, tried with real packets, all at the same time.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

struct Seen {
  Check check;
  bool passed = false;
  /// Of a block: something that the same sender sent has passed in the same run, so the sender is alive; or it has no cable left.
  bool proven = true;
  std::string detail;  ///< why it could not be tried, or what came back
  bool operator==(const Seen&) const = default;
};

struct TrafficTimes {
  /// How long what must pass may take: neighbours must be found first.
  std::chrono::milliseconds patience{8000};
  /// How long nothing must come, after everything that must pass has passed, until a block counts.
  std::chrono::milliseconds silence{1000};
  std::chrono::milliseconds between{200};  ///< two tries
};

/// Runs inside a world. Every check sends from the namespace of its `from`; TCP and UDP are answered by small servers in the
/// namespace of `to`. Errors: those of opening sockets.
Result<std::vector<Seen>> run_checks(const std::vector<Check>& checks, const TrafficTimes& times = {});

/// True if this is what the scenario expects.
bool as_expected(const Seen& seen);

/// The table for people: from, to, what, expected, seen.
std::string format_table(const std::vector<Seen>& all);
/// The same for --json: [{"from","to","protocol","target","expected","seen","ok","where"}, …].
std::string format_json(const std::vector<Seen>& all);

}  // namespace drawbridge::lab
