// Where the firewall's own state is.
#pragma once

#include <string>

#include "transaction/transaction.h"

namespace drawbridge::cli {

/// Its folder, kept over reboots.
inline std::string firewall_state(const transaction::Paths& paths) { return paths.state + "/firewall"; }
/// There while the firewall is stopped: who stopped it and when.
inline std::string stop_mark(const transaction::Paths& paths) { return firewall_state(paths) + "/stopped"; }
/// There while rules count what they match: who wanted it and when.
inline std::string counters_mark(const transaction::Paths& paths) { return firewall_state(paths) + "/counters"; }
/// The rules as they were last in force, for the next boot.
inline std::string saved_rules(const transaction::Paths& paths) { return firewall_state(paths) + "/rules"; }
inline std::string parameter_record(const transaction::Paths& paths) { return firewall_state(paths) + "/kernel-parameters.json"; }
/// There once in this boot it has been looked for a new file of the node.
inline std::string adoption_mark(const transaction::Paths& paths) { return paths.run + "/host-firewall-adopted"; }
/// Held by whoever changes the kernel's rules.
inline std::string rules_lock(const transaction::Paths& paths) { return paths.run + "/firewall-rules.lock"; }

}  // namespace drawbridge::cli
