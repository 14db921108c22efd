// Carries out a port's plan: executes, reads the kernel back, and leads back to the old wiring if it did not become what it should.
#pragma once

#include <functional>
#include <optional>

#include "doors/kernel.h"
#include "network/plan.h"

namespace drawbridge::engine {

/// How a plan ended. No error: the kernel holds what was asked for.
struct PortOutcome {
  std::optional<Error> error;
  std::optional<Error> not_undone;  ///< why the old wiring is not back, if it isn't
};

/// `before`: the state that the plan was made from. `still_to_do`: the plan that a new state would need; empty proves it.
PortOutcome carry_out(doors::Kernel& kernel, const network::Snapshot& before, const network::Plan& plan,
                      const std::function<network::Plan(const network::Snapshot&)>& still_to_do);

/// Leads back from a plan that was executed at least in part. An error: not all the way.
std::optional<Error> undo(doors::Kernel& kernel, const network::Snapshot& before, const network::Plan& plan);

/// The kernel operations of a plan.
std::vector<network::Operation> operations_of(const network::Plan& plan);

}  // namespace drawbridge::engine
