// guest set of a VM that runs: each changed key takes effect as it can, and what can't stays pending.
#pragma once

#include "cli/guest_editing.h"

namespace drawbridge::cli {

/// True if the guest is a VM that runs.
bool runs_live(Context& context, const store::GuestFile& file);

/// The change is checked as a whole and written as pending; then key by key what is possible is done and becomes what the guest is.
/// Exit 0 if nothing failed (what waits for the next start has not), 4 otherwise.
Exit change_live(Context& context, Desk& desk, const guest::Change& change);

}  // namespace drawbridge::cli
