// The last step of every transaction, in either direction.
#pragma once

#include <optional>
#include <string>

#include "transaction/journal.h"
#include "transaction/work.h"

namespace drawbridge::transaction {

/// Notes how it ended for whoever waits, then removes the journal: the transaction is over.
Result<void> end_transaction(const Work& work, const Journal& journal, const Outcome& outcome);

/// A file's bytes, or nullopt if there is none.
Result<std::optional<std::string>> read_if_there(doors::Files& files, const std::string& path);

}  // namespace drawbridge::transaction
