// Running a plan: pipelined batches of kernel operations, split where a hook runs.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "transaction/work.h"

namespace drawbridge::transaction {

struct Executed {
  std::optional<std::size_t> failed;  ///< index of the refused operation
  std::optional<Error> error;         ///< set: stop, go back
  Diagnostics warnings;               ///< failing hooks
};

/// Called before a hook runs, to put its begin on disk. False: leave it out. An error ends the execution.
using BeforeHook = std::function<Result<bool>(std::size_t index, const network::RunHook& hook)>;

Executed run_operations(const Work& work, const std::string& stage, std::span<const network::PlannedOperation> operations,
                        const BeforeHook& before_hook);

/// "set-master tap100i0: master vmbr0", for messages.
std::string describe(const network::Operation& operation);

}  // namespace drawbridge::transaction
