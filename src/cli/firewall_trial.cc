#include "cli/firewall_trial.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_paths.h"
#include "cli/guest_desk.h"
#include "cli/keep_question.h"
#include "cli/service.h"
#include "cli/verbs.h"
#include "daemon/client.h"
#include "process/guard.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using transaction::Ending;
using transaction::TrialEnd;

// Messages of the guarded process: a kind, then the text.
constexpr char kLeft = 'l';
constexpr char kEnd = 'e';      ///< how it ended, as a word, a newline, and why
constexpr char kWarning = 'w';  ///< formatted

std::string word_of(Ending ending) { return ending == Ending::confirmed ? "confirmed" : "rolled-back"; }
Exit exit_of(Ending ending) { return ending == Ending::rolled_back ? Exit::rolled_back : Exit::done; }

Diagnostics warnings_of(const TrialEnd& end) {
  Diagnostics warnings;
  for (const auto& path : end.overtaken)
    warnings.push_back({{path, 0, 0},
                        Severity::warning,
                        "edited-meanwhile",
                        "the file was edited since, and stays as it is now",
                        "see what was meant to go back: it is not in force",
                        {}});
  return warnings;
}

/// Where no service does so, rules that are in force follow the files; not those of a root that is none of this machine.
Diagnostics follow_files(Context& context) {
  auto& system = context.system;
  if (daemon::is_served(service_socket(system.root()))) return {};
  if (!system.root().empty() && !system.files().read(saved_rules(system.paths()))) return {};
  const auto followed = follow_files_by_hand(context);
  return followed ? Diagnostics() : Diagnostics{to_diagnostic(followed.error(), "rules-not-in-force")};
}

/// The work of the guarded process.
int keep_deadline(Context& context, const transaction::TrialDoors& doors, const transaction::FileTrial& trial,
                  const process::SendMessage& send) {
  const auto tell = [&](const transaction::Progress& progress) { send(kLeft + progress.text); };
  const auto end = transaction::await_trial(doors, trial, tell);
  if (!end) {
    send(kWarning + context.console.format({to_diagnostic(end.error(), "not-undone")}));
    return static_cast<int>(Exit::refused);
  }
  if (end->ending == Ending::rolled_back) send(kWarning + context.console.format(follow_files(context)));
  send(kWarning + context.console.format(warnings_of(*end)));
  send(kEnd + word_of(end->ending) + "\n" + end->reason);
  return static_cast<int>(exit_of(end->ending));
}

std::optional<seconds> time_to_answer(Context& context, const transaction::FileTrial& trial) {
  const auto state = read_trial_state(context);
  if (!state) return kWindow;  // nobody knows: go on asking
  if (!state->open || state->open->id != trial.id) return std::nullopt;
  return state->remaining;
}

class Watcher {
 public:
  Watcher(Context& context, const transaction::TrialDoors& doors, const transaction::FileTrial& trial)
      : context_(context), doors_(doors), trial_(trial) {}

  /// False: the guarded process goes on by itself.
  bool receive(std::string_view message) {
    if (message.empty()) return true;
    const std::string_view text = message.substr(1);
    if (message.front() == kWarning) context_.console.print_error_text(text);
    if (message.front() == kEnd) told = {std::string(text.substr(0, text.find('\n'))), std::string(text.substr(text.find('\n') + 1)), {}};
    return message.front() != kLeft || await(text);
  }

  TrialTold told{"awaiting", "", Exit::done};

 private:
  bool await(std::string_view left) {
    auto& console = context_.console;
    if (std::exchange(told_once_, true)) {
      if (!asks()) console.ticker(left);
      return true;
    }
    if (context_.arguments().has("no-wait")) return false;
    if (!asks()) {
      console.note("Saved. Undone, " + std::string(left) + ", unless \"drawbridge firewall confirm\" says to keep it.");
      return true;
    }
    const Answer answer = ask_to_keep(console, [&] { return time_to_answer(context_, trial_); });
    if (answer == Answer::ended_elsewhere) return true;
    const auto end = answer == Answer::keep ? transaction::confirm_trial(doors_)
                                            : transaction::undo_trial(doors_, "the person at the terminal did not keep it");
    if (!end) console.diagnose({to_diagnostic(end.error(), "answer-failed")});
    return true;
  }

  bool asks() const { return context_.console.asks() && !context_.console.json(); }

  Context& context_;
  const transaction::TrialDoors& doors_;
  const transaction::FileTrial& trial_;
  bool told_once_ = false;
};

/// The end of a trial that was open already, told as the network's verbs do: exit 1 if none was, 5 if it was too late.
Exit tell_end(Context& context, const Result<TrialEnd>& end, std::string_view done) {
  if (!end) {
    const auto exit = context.console.fail(end.error());
    if (end.error().code == Errc::not_found) return Exit::no;
    return end.error().code == Errc::timed_out ? Exit::rolled_back : exit;
  }
  context.console.diagnose(warnings_of(*end));
  if (context.console.json())
    context.console.print_document(json::serialize(json::object{{"outcome", word_of(end->ending)}, {"reason", end->reason}}));
  else
    context.console.print(std::string(done) + "\n");
  return Exit::done;
}

}  // namespace

transaction::TrialDoors trial_doors(doors::Files& files, doors::Clock& clock, const transaction::Paths& paths, const std::string& root,
                                    const std::string& node) {
  return {files, clock, firewall_state(paths), store::firewall_lock(root),
          [&files, root, node] { return store::are_firewall_files_missing(files, root, node); }};
}

Result<transaction::TrialDoors> trial_doors(Context& context) {
  auto& system = context.system;
  const auto node = TRY(node_name(context));
  return trial_doors(system.files(), system.clock(), system.paths(), system.root(), node);
}

std::optional<seconds> confirmation_window(Context& context, bool turns_on) {
  const auto& arguments = context.arguments();
  if (const auto window = arguments.number("confirm-within")) return seconds(static_cast<std::int64_t>(*window));
  // Where somebody sits who may lose his way in; what nobody watches is the service's to look after (docs/decisions/0032).
  const bool somebody = asking_session() || context.console.asks();
  const bool in_force = daemon::is_served(service_socket(context.system.root()));
  if (turns_on && somebody && in_force && !arguments.has("yes")) return kWindow;
  return std::nullopt;
}

TrialTold watch_trial(Context& context, const transaction::TrialDoors& doors, const transaction::FileTrial& trial) {
  context.console.finish();  // nothing may be printed twice
  context.system.hand_kernel_over();
  Watcher watcher(context, doors, trial);
  const auto work = [&](const process::SendMessage& send) {
    context.system.take_kernel();
    return keep_deadline(context, doors, trial, send);
  };
  const auto end = process::run_guarded_until(work, [&](std::string_view message) { return watcher.receive(message); });
  if (end && !*end) return watcher.told;
  if (end && !(*end)->killed && (*end)->exit_status <= static_cast<int>(Exit::rolled_back)) {
    watcher.told.exit = static_cast<Exit>((*end)->exit_status);
    return watcher.told;
  }
  // It could not be started, or was killed: its deadline is ours.
  const auto ended = transaction::await_trial(doors, trial, {});
  if (!ended) return {"awaiting", "", context.console.fail(ended.error())};
  if (ended->ending == Ending::rolled_back) context.console.diagnose(follow_files(context));
  context.console.diagnose(warnings_of(*ended));
  return {word_of(ended->ending), ended->reason, exit_of(ended->ending)};
}

Result<TrialState> read_trial_state(Context& context) {
  const auto doors = TRY(trial_doors(context));
  TrialState state;
  state.open = TRY(transaction::read_trial(doors.files, doors.folder));
  state.held = TRY(transaction::read_held(doors.files, doors.folder));
  std::erase_if(state.held, [&](const transaction::TriedFile& file) {
    const auto now = doors.files.read(file.path);
    return (now && !now->empty() ? sha256_hex(*now) : "") != file.after_digest;  // edited since, and in force as it is
  });
  if (state.open && !is_over(doors.clock, *state.open))
    state.remaining = std::chrono::ceil<seconds>(state.open->deadline - doors.clock.boot_time());
  return state;
}

void tell_trial(Context& context, const TrialState& state) {
  if (state.open)
    context.console.note("A change by " + visible(state.open->author) + " is undone in " + std::to_string(state.remaining.count()) +
                         " s unless \"drawbridge firewall confirm\" says to keep it.");
  for (const auto& file : state.held)
    context.console.note(
        visible(file.path) +
        " is held back: it would have cut off whoever administers this node, and nobody confirmed it. What was before is in "
        "force; \"drawbridge firewall confirm\", or another edit, ends that.");
}

Exit firewall_confirm(Context& context) {
  const auto doors = trial_doors(context);
  if (!doors) return context.console.fail(doors.error());
  const auto end = transaction::confirm_trial(*doors, context.arguments().value("id").value_or(""));
  if (end || end.error().code == Errc::timed_out) context.console.diagnose(follow_files(context));
  return tell_end(context, end, "Kept: the firewall's files are in force as they stand.");
}

Exit firewall_rollback(Context& context) {
  const auto doors = trial_doors(context);
  if (!doors) return context.console.fail(doors.error());
  const auto end = transaction::undo_trial(*doors, "asked by " + author());
  if (end) context.console.diagnose(follow_files(context));
  return tell_end(context, end, "Undone: what was in force before is so again.");
}

}  // namespace drawbridge::cli
