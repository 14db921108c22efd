// A model of the kernel small enough to be pure: what one operation does to a Snapshot, and what it refuses. The planner uses
// it to look ahead (an address that goes takes its routes with it), the fake kernel of the tests is made of it, and the
// contract suite (doors/kernel_contract*.h) holds it against the real kernel.
//
// Two values say that nobody can know: a MAC of zeros (the kernel draws one by lot) and an MTU of 0 (that of a tunnel, and the one
// that a bond gives back to a port which joined it before the first snapshot).
#pragma once

#include <memory>

#include "base/result.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::network {

namespace model {
class Relations;
}

/// Applies `operation`, side effects included (routes lost with their address, addresses lost with their link). On error
/// `snapshot` is unchanged; `os_errno` is what the kernel would answer. RunHook and unknown attributes change nothing.
Result<void> apply_to_model(Snapshot& snapshot, const Operation& operation);

/// A snapshot with an index of who stands on whom, for long sequences: an operation costs no walk over all links.
class KernelModel {
 public:
  explicit KernelModel(Snapshot state);
  KernelModel(KernelModel&&) noexcept;
  KernelModel& operator=(KernelModel&&) noexcept;
  ~KernelModel();

  /// As apply_to_model.
  Result<void> apply(const Operation& operation);
  const Snapshot& state() const { return *state_; }

 private:
  std::unique_ptr<Snapshot> state_;  // its address stays when the model moves
  std::unique_ptr<model::Relations> relations_;
};

}  // namespace drawbridge::network
