#include "cli/outcome.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace drawbridge::cli {

std::string ending_word(transaction::Ending ending) {
  switch (ending) {
    case transaction::Ending::nothing_to_do: return "nothing-to-do";
    case transaction::Ending::confirmed: return "confirmed";
    case transaction::Ending::rolled_back: return "rolled-back";
  }
  return "";
}

namespace {

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

Diagnostic cause_of(const transaction::Outcome& outcome) {
  Diagnostic diagnostic = error_diagnostic(*outcome.error);
  if (outcome.error->where.file.empty() && outcome.failed && *outcome.failed < outcome.plan.operations.size()) {
    diagnostic.where = outcome.plan.operations[*outcome.failed].why;
  }
  return diagnostic;
}

}  // namespace

std::string outcome_json(const transaction::Outcome& outcome) {
  boost::json::object document{{"outcome", ending_word(outcome.ending)},
                               {"reason", outcome.reason},
                               {"generation", outcome.generation},
                               {"facts_verified", outcome.facts_verified},
                               {"execution_ms", milliseconds(outcome.execution)},
                               {"plan", boost::json::parse(network::plan_json(outcome.plan))},
                               {"warnings", boost::json::parse(diagnostics_json(outcome.warnings))}};
  if (outcome.failed) document["failed_operation"] = *outcome.failed;
  if (outcome.error) document["error"] = boost::json::parse(diagnostics_json({cause_of(outcome)})).as_array().front();
  return boost::json::serialize(document);
}

std::string outcome_text(const transaction::Outcome& outcome) {
  const std::string reason = outcome.reason.empty() ? "" : ": " + outcome.reason;
  switch (outcome.ending) {
    case transaction::Ending::nothing_to_do: return "Nothing to do" + reason + ".\n";
    case transaction::Ending::rolled_back: return "Rolled back" + reason + ". The state is as before.\n";
    case transaction::Ending::confirmed: break;
  }
  std::string text = "Kept" + reason + ".";
  if (!outcome.plan.empty()) {
    text = fmt::format("Applied {} operation{} in {:.1f} ms, verified {} facts. ", outcome.plan.operations.size(),
                       outcome.plan.operations.size() == 1 ? "" : "s", milliseconds(outcome.execution), outcome.facts_verified) +
           text;
  }
  if (outcome.generation != 0) text += " Generation " + std::to_string(outcome.generation) + " is in force.";
  return text + "\n";
}

Told tell_outcome(const transaction::Outcome& outcome, const Console& console) {
  Told told;
  told.findings = console.format(outcome.warnings);
  if (outcome.error) told.findings += console.format({cause_of(outcome)});
  told.answer = console.json() ? outcome_json(outcome) + "\n" : outcome_text(outcome);
  told.exit = outcome.ending == transaction::Ending::rolled_back ? Exit::rolled_back : Exit::done;
  return told;
}

Told tell_failure(const Error& error, const Console& console) {
  const Diagnostics findings{error_diagnostic(error)};
  return {.answer = console.json() ? errors_json(findings) + "\n" : "", .findings = console.format(findings), .exit = exit_of(error)};
}

Exit print(Console& console, const Told& told) {
  console.print_error_text(told.findings);
  console.print(told.answer);
  return told.exit;
}

Exit print_end(Console& console, const Result<transaction::Outcome>& outcome, Exit when_rolled_back) {
  Told told = outcome ? tell_outcome(*outcome, console) : tell_failure(outcome.error(), console);
  if (told.exit == Exit::rolled_back) told.exit = when_rolled_back;
  if (!outcome && outcome.error().code == Errc::not_found) told.exit = Exit::no;
  if (!outcome && outcome.error().code == Errc::timed_out) told.exit = Exit::rolled_back;
  return print(console, told);
}

transaction::Tell teller(Console& console) {
  return [&console](const transaction::Progress& progress) {
    std::string line = progress.text;
    if (progress.total > 0) line += " (" + std::to_string(progress.done) + "/" + std::to_string(progress.total) + ")";
    if (console.verbose() > 0) {
      console.note(line);
    } else {
      console.ticker(line);
    }
  };
}

}  // namespace drawbridge::cli
