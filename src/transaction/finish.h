// Ending a transaction that somebody else began: one table of what its stage, its boot and its deadline allow.
#pragma once

#include "transaction/journal.h"
#include "transaction/work.h"

namespace drawbridge::transaction {

enum class Wish : std::uint8_t {
  confirm,    ///< make it permanent if its deadline has not passed
  roll_back,  ///< undo it, unless it is confirmed already
  recover,    ///< only what nobody can object to: leave a transaction that may still be confirmed
};

/// The caller holds the transaction lock, so whoever worked on it is gone or waits. `reason`: of a wished rollback or confirmation.
Result<Outcome> finish(const Work& work, const Journal& journal, Wish wish, const std::string& reason);

/// A deadline of another boot has passed.
bool deadline_passed(const Work& work, const Journal& journal);

}  // namespace drawbridge::transaction
