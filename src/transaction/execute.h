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

/// Hooks leave no trace that could be read, so what is done of them must be noted.
struct HookNotes {
  /// Called before a hook runs. False: leave it out. An error ends the execution.
  std::function<Result<bool>(std::size_t index, const network::RunHook& hook)> before;
  /// Called when it has ended; may be empty.
  std::function<void(const network::RunHook& hook)> after;
};

Executed run_operations(const Work& work, const std::string& stage, std::span<const network::PlannedOperation> operations,
                        const HookNotes& notes);

/// "set-master tap100i0: master vmbr0", for messages.
std::string describe(const network::Operation& operation);

}  // namespace drawbridge::transaction
