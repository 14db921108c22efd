#include "cli/apply_flow.h"

#include <boost/json.hpp>
#include <utility>

#include "base/text.h"
#include "cli/keep_question.h"
#include "cli/outcome.h"
#include "process/guard.h"

namespace drawbridge::cli {
namespace {

using std::chrono::seconds;

// Messages of the guarded process: a kind, then the text.
constexpr char kProgress = 'p';  ///< stage, newline, text, newline, done, newline, total
constexpr char kOutcome = 'o';   ///< for standard output
constexpr char kFindings = 'e';  ///< for standard error, formatted

/// The work of the guarded process: it holds no terminal, so that neither a lost session nor a waiting pipe can stop it.
int transact(Context& context, const transaction::Request& request, const Watch& watch, const process::SendMessage& send) {
  const auto doors = context.system.doors();
  bool awaiting = false;
  const auto tell = [&](const transaction::Progress& progress) {
    // Nobody reads while the question stands; a countdown would fill the pipe and stop the clock.
    const bool again = progress.stage == "await" && std::exchange(awaiting, true);
    if (again && watch.ask_to_keep) return;
    send(kProgress + progress.stage + "\n" + progress.text + "\n" + std::to_string(progress.done) + "\n" + std::to_string(progress.total));
  };
  const auto outcome = doors ? transaction::apply(*doors, context.system.paths(), request, tell)
                             : Result<transaction::Outcome>(std::unexpected(doors.error()));
  const Told told = outcome ? tell_outcome(*outcome, context.console) : tell_failure(outcome.error(), context.console);
  send(kFindings + told.findings);
  send(kOutcome + told.answer);
  return static_cast<int>(told.exit);
}

/// nullopt: nothing awaits an answer any more.
std::optional<seconds> time_to_answer(Context& context) {
  const auto doors = context.system.doors();
  const auto status = doors ? transaction::status(*doors, context.system.paths()) : Result<transaction::Status>(fail(doors.error()));
  if (!status) return kWindow;  // nobody knows: go on asking
  if (status->stage != transaction::Stage::awaiting) return std::nullopt;
  return std::chrono::ceil<seconds>(status->remaining);
}

void answer_question(Context& context) {
  const Answer answer = ask_to_keep(context.console, [&] { return time_to_answer(context); });
  if (answer == Answer::ended_elsewhere) return;
  const auto doors = context.system.doors();
  if (!doors) return;
  const auto nothing = [](const transaction::Progress&) {};
  const auto outcome = answer == Answer::keep
                           ? transaction::confirm(*doors, context.system.paths(), nothing)
                           : transaction::roll_back(*doors, context.system.paths(), "the person at the terminal did not keep it", nothing);
  if (!outcome) context.console.diagnose({to_diagnostic(outcome.error(), "answer-failed")});
}

class Watcher {
 public:
  Watcher(Context& context, const transaction::Request& request, const Watch& watch)
      : context_(context), request_(request), watch_(watch) {}

  /// False: the watch is over, the guarded process goes on by itself.
  bool receive(std::string_view message) {
    if (message.empty()) return true;
    const std::string_view text = message.substr(1);
    if (message.front() == kFindings) context_.console.print_error_text(text);
    if (message.front() == kOutcome) answer_ = text;
    return message.front() != kProgress || tell(text);
  }

  /// Told once the exit code is known.
  void print_answer(Exit exit) {
    if (!watch_.silent || exit != Exit::done || context_.console.json()) context_.console.print(answer_);
  }

 private:
  bool tell(std::string_view text) {
    const auto parts = split(text, '\n');
    if (parts.size() != 4) return true;
    const bool counted = parse_number<std::size_t>(parts[3]).value_or(0) > 0;
    const std::string line = std::string(parts[1]) + (counted ? " (" + std::string(parts[2]) + "/" + std::string(parts[3]) + ")" : "");
    if (parts[0] == "probe" && request_.session) {
      // The session is alive if it acknowledges something: this line is it, also with --quiet.
      context_.console.print_error_text(line + "\n");
    } else if (context_.console.verbose() > 0 || (parts[0] == "rollback" && !counted && !context_.console.json())) {
      context_.console.note(line);
    } else {
      context_.console.ticker(line);
    }
    return parts[0] != "await" || awaiting();
  }

  bool awaiting() {
    if (told_) return true;
    told_ = true;
    if (!watch_.wait) {
      leave();
      return false;
    }
    const auto window = std::chrono::duration_cast<seconds>(request_.confirm_within.value_or(seconds{0})).count();
    if (watch_.ask_to_keep) {
      answer_question(context_);
    } else {
      context_.console.note("Applied and verified. Undone in " + std::to_string(window) +
                            " s unless \"drawbridge network confirm\" says to keep it.");
    }
    return true;
  }

  void leave() {
    const auto window = std::chrono::duration_cast<seconds>(request_.confirm_within.value_or(seconds{0})).count();
    if (context_.console.json()) {
      context_.console.print_document(boost::json::serialize(boost::json::object{{"outcome", "awaiting"}, {"confirm_within", window}}));
    } else {
      context_.console.print("Applied and verified. Undone in " + std::to_string(window) +
                             " s unless \"drawbridge network confirm\" says to keep it.\n");
    }
  }

  std::string answer_;
  Context& context_;
  const transaction::Request& request_;
  Watch watch_;
  bool told_ = false;
};

/// The guarded process was killed: we keep its deadline and finish what it began.
Exit take_over(Context& context) {
  context.console.note("The process that applied the change was killed; finishing what it began.");
  const auto doors = context.system.doors();
  if (!doors) return context.console.fail(doors.error());
  const auto outcome = transaction::recover_and_wait(*doors, context.system.paths(), teller(context.console));
  if (!outcome || outcome->ending != transaction::Ending::nothing_to_do) return print_end(context.console, outcome, Exit::rolled_back);
  return context.console.fail(Error{Errc::unavailable,
                                    "the process that applied the change was killed, and no change is open",
                                    {},
                                    "\"drawbridge network status\" and \"history\" tell what is in force",
                                    0});
}

/// nullopt: there is something to do.
std::optional<Exit> agree(Context& context, const Prepared& prepared, const Watch& watch) {
  if (!prepared.plan.empty()) return std::nullopt;
  const auto doors = context.system.doors();
  if (!doors) return context.console.fail(doors.error());
  const auto outcome = transaction::agree(*doors, context.system.paths(), prepared.request, prepared.plan);
  if (!outcome) return print(context.console, tell_failure(outcome.error(), context.console));
  if (!*outcome) return std::nullopt;
  if (prepared.warnings.empty() && !prepared.request.partial) context.system.note_settled();
  Told told = tell_outcome(**outcome, context.console);
  if (watch.silent && !context.console.json()) told.answer.clear();
  return print(context.console, told);
}

}  // namespace

std::optional<Exit> find_settled(Context& context, const Source& source) {
  if (context.console.json() || context.console.verbose() > 0 || !context.system.is_settled(source)) return std::nullopt;
  Prepared nothing;
  nothing.request.bytes = source.bytes;
  nothing.request.from_pending = source.pending;
  return agree(context, nothing, {.ask_to_keep = false, .wait = true, .silent = true});
}

Exit run_transaction(Context& context, const Prepared& prepared, const Watch& watch) {
  if (const auto exit = agree(context, prepared, watch)) return *exit;
  const transaction::Request& request = prepared.request;
  // The child gets its own copies of what is buffered and open: nothing may be printed twice, no socket shared.
  context.console.finish();
  context.system.hand_kernel_over();
  Watcher watcher(context, request, watch);
  const auto work = [&](const process::SendMessage& send) {
    context.system.take_kernel();
    return transact(context, request, watch, send);
  };
  const auto end = process::run_guarded_until(work, [&](std::string_view message) { return watcher.receive(message); });
  if (!end) return context.console.fail(end.error());
  if (!*end) return Exit::done;
  if ((*end)->killed || (*end)->exit_status > static_cast<int>(Exit::rolled_back)) return take_over(context);
  const auto exit = static_cast<Exit>((*end)->exit_status);
  watcher.print_answer(exit);
  return exit;
}

}  // namespace drawbridge::cli
