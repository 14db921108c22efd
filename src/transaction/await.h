// Waiting for the confirmation, with the lock released, so that any other session can give it.
#pragma once

#include <memory>

#include "transaction/verify.h"
#include "transaction/work.h"

namespace drawbridge::transaction {

struct Journal;

/// Sets the deadline, releases `lock`, and waits until the transaction has ended: confirmed or rolled back by another process, by a
/// passing probe if the request allows that, or by the deadline. Gives the outcome, whoever ended it.
Result<Outcome> await_confirmation(const Work& work, Journal journal, const Request& request, const Reachable& before,
                                   std::unique_ptr<doors::FileLock> lock);

}  // namespace drawbridge::transaction
