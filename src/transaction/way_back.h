// The way back: by state, not by undoing steps. Whatever a refusal, a kill or an impatient administrator left in the kernel, it is
// read again, planned towards the snapshot in the journal, executed, and read again until it is equal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "transaction/journal.h"
#include "transaction/work.h"

namespace drawbridge::transaction {

/// Undoes the open transaction that `journal` describes, kernel first, then files, and ends it. `cause`: the error that led here.
/// Error: it could not be finished for now; the journal stays (stage rolling-back), and `recover` tries again.
Result<Outcome> go_back(const Work& work, Journal journal, const std::string& reason, const std::optional<Error>& cause = {});

/// What a kernel state has that the other has not, in words, at most `most` items: "vmbr0: mtu 9000 instead of 1500".
std::vector<std::string> differences(const network::Snapshot& is, const network::Snapshot& should_be, std::size_t most = 4);

}  // namespace drawbridge::transaction
