// Making a change last. Order: generation written, `committing` journaled (from here the end is the new state, whoever finishes
// it), interfaces replaced, pending file gone, history pruned, journal removed.
#pragma once

#include "transaction/journal.h"
#include "transaction/work.h"

namespace drawbridge::transaction {

/// The whole way from a verified kernel to the end. `reason`: by what it was confirmed. If a write fails while the old state can
/// still be reached, it is: then the outcome is rolled_back. Error: only the tidying is left, and `recover` does it.
Result<Outcome> commit(const Work& work, Journal journal, const std::string& reason);

/// From `committing` to the end; may be repeated. Fills the outcome's warnings.
Result<void> complete_commit(const Work& work, const Journal& journal, Outcome& outcome);

}  // namespace drawbridge::transaction
