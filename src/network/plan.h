// From what is and what should be to an ordered list of operations. Pure: no clock, no file, no kernel.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "network/desired.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::network {

struct PlannedOperation {
  Operation operation;
  SourceLocation why;       ///< the line that asks for it; of the old file if a removed line is the cause
  bool disruptive = false;  ///< traffic of somebody is interrupted, if only for milliseconds
  std::string risk;         ///< what is interrupted, for people; empty if not disruptive
  bool operator==(const PlannedOperation&) const = default;
};

struct Plan {
  std::vector<PlannedOperation> operations;
  Diagnostics warnings;  ///< missing NIC, bridge kept because guests use it, …
  /// What the way back runs for the hooks among the operations: down-side lines of links whose up-side ran, and the reverse.
  std::vector<PlannedOperation> undo_hooks;
  bool empty() const { return operations.empty(); }
  /// True if an operation other than a hook is in it: hooks leave no state that a later look could compare.
  bool changes_kernel() const;
  bool operator==(const Plan&) const = default;
};

/// Orders the difference between `now` and `desired` into operations.
///
/// `previous` is what the files asked for when they were last applied (empty Desired: unknown). It decides ownership: a link,
/// port, address or route that only others made is left alone; one that `previous` asked for, or that carries kOwnProtocol,
/// and `desired` no longer does, is removed or reset to its default.
///
/// Guarantees: make_plan(now, d, d) is empty where `now` already satisfies d; running the plan on `now` (kernel_model) yields a
/// snapshot that satisfies `desired`; operations are in an order the kernel accepts (a bridge before its port, a port before its
/// address, an address before the route through it; reverse for removal); a subnet's new address comes before the old one goes
/// wherever the kernel allows it; guests' ports (tap*, veth<vmid>i<n>, fwpr*) are never detached and follow MTU changes.
/// Also: a link that `desired` has as dormant is left alone; a link or route in neither `desired` nor `previous` (a plan for a
/// part of the files) is left alone even if it carries kOwnProtocol; a bridge that has ports or VLANs of others is not deleted.
/// A physical link that is missing is a warning "nic-missing"; the operations on it are planned all the same.
Plan make_plan(const Snapshot& now, const Desired& desired, const Desired& previous);

/// `desired` without the physical links that `now` lacks, and without the routes through them: what can be applied of it.
Desired without_missing_links(Desired desired, const Snapshot& now);

/// The Desired that describes exactly what `before` holds of the links and routes that `plan` touches: planning towards it from
/// any later snapshot is the way back. Restoring is by state, not by undoing steps, so it works wherever a crash left the kernel.
struct Restore {
  Desired desired;
  Desired previous;  ///< what the abandoned plan made: to be removed
};
Restore make_restore(const Snapshot& before, const Plan& plan);

/// The plan that leads from `now` (the outcome of `plan`, or of a part of it) back to `before`: make_plan over make_restore, with
/// the undo hooks of `plan`. Physical links that have vanished since are left out.
Plan make_inverse(const Snapshot& before, const Plan& plan, const Snapshot& now);

/// What of `before` the way back from `plan` may need: the links that the plan touches or takes along, what stands on them and below,
/// and their objects. make_inverse and comparable give the same from it as from the whole, so this is what a journal keeps: a
/// change costs what it changes, not what there is.
Snapshot needed_for_way_back(const Snapshot& before, const Plan& plan);

/// The part of `snapshot` that a rollback must bring back bit for bit, for the objects `plan` touches: without indexes,
/// carrier, link-local addresses the kernel makes, kernel-made routes and learned state.
Snapshot comparable(const Snapshot& snapshot, const Plan& plan);

/// JSON of the command-line contract: [{"op","object","detail","why":{"file","line"},"disruptive":bool}].
std::string plan_json(const Plan& plan);

}  // namespace drawbridge::network
