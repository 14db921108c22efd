// Established connections that rules no longer allow are ended, after the rules are in force.
#pragma once

#include <string>

#include "base/result.h"
#include "doors/files.h"
#include "firewall/policy.h"
#include "rules/program.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

/// There while established connections live on whatever rules say: who wanted it and when.
std::string keep_mark(const transaction::Paths& paths);

/// "3 established connections are not allowed any more and were cut: 2 by 100.fw:7, 1 by policy_in of the guest"; empty: none. `before`:
/// what was in force, as far as it is known. Works in the network namespace of the calling thread. Errors: those of asking the kernel.
Result<std::string> cut_forbidden_connections(doors::Files& files, const transaction::Paths& paths, const rules::Program* before,
                                              const rules::Program& after, const firewall::NodeFacts& facts);

}  // namespace drawbridge::cli
