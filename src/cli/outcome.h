// How a transaction ended, told: one text, one document, one exit code for apply, confirm, rollback, recover and the familiar
// commands.
#pragma once

#include <string>

#include "cli/console.h"
#include "transaction/transaction.h"

namespace drawbridge::cli {

/// What an outcome puts on the two streams, and the exit code. A value, because the process that knows the outcome may not be
/// the one that holds the terminal.
struct Told {
  std::string answer;    ///< standard output
  std::string findings;  ///< standard error
  Exit exit = Exit::done;
};

/// "confirmed", "rolled-back", "nothing-to-do".
std::string ending_word(transaction::Ending ending);
/// The document of --json: {"outcome","reason","generation","facts_verified","execution_ms","plan","warnings"}, and
/// "failed_operation" and "error" if the system refused an operation.
std::string outcome_json(const transaction::Outcome& outcome);
/// One or two sentences.
std::string outcome_text(const transaction::Outcome& outcome);

Told tell_outcome(const transaction::Outcome& outcome, const Console& console);
Told tell_failure(const Error& error, const Console& console);
Exit print(Console& console, const Told& told);

/// The end of a transaction that was open already, told: exit 1 if none was open, 5 if it was too late to keep it.
Exit print_end(Console& console, const Result<transaction::Outcome>& outcome, Exit when_rolled_back);

/// Progress on standard error: lines with -v, else one line that replaces itself.
transaction::Tell teller(Console& console);

}  // namespace drawbridge::cli
