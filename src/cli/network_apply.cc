// apply, and rollback to a generation, which is an apply of that generation's file.
#include <boost/json.hpp>

#include "base/diff.h"
#include "base/digest.h"
#include "base/text.h"
#include "cli/apply_flow.h"
#include "cli/apply_request.h"
#include "cli/keep_question.h"
#include "cli/outcome.h"
#include "cli/plan_text.h"
#include "cli/verbs.h"
#include "transaction/pending.h"

namespace drawbridge::cli {
namespace {

using std::chrono::seconds;

/// Whether somebody is asked, and what confirms: see "What counts as a confirmation" in docs/decisions.
struct Policy {
  bool ask_before = false;
  Watch watch;
  std::optional<seconds> confirm_within;
};

Policy make_policy(const Context& context) {
  const Arguments& arguments = context.arguments();
  const bool person = context.console.asks() && !context.console.json();
  const bool yes = arguments.has("yes");
  const auto window = arguments.number("confirm-within");
  Policy policy;
  policy.ask_before = person && !yes;
  policy.watch.wait = !arguments.has("no-wait");
  if (window || !yes || !policy.watch.wait) policy.confirm_within = window ? seconds(static_cast<std::int64_t>(*window)) : kWindow;
  policy.watch.ask_to_keep = person && policy.watch.wait && policy.confirm_within.has_value();
  return policy;
}

void show_change(Context& context, const Source& source, const Prepared& prepared) {
  Console& console = context.console;
  console.diagnose(prepared.warnings);
  if (console.json() || console.quiet()) return;
  if (source.pending) {
    const auto running = read_running(context.system.files(), context.system.root());
    if (running) console.print(console.color_diff(unified_diff(running->path, running->bytes, source.path, source.bytes)) + "\n");
  }
  console.print(plan_text(prepared.plan, console));
  console.print(reach_text(prepared.reach));
}

/// What apply finds out before its first operation.
Exit rehearse(Context& context, const Source& source, const Prepared& prepared) {
  const auto doors = context.system.doors();
  if (!doors) return context.console.fail(doors.error());
  const auto open = transaction::status(*doors, context.system.paths());
  if (!open) return context.console.fail(open.error());
  if (open->stage && open->holder_alive)
    return context.console.fail(Error{Errc::conflict,
                                      "a change by " + open->author + " is not ended yet",
                                      {},
                                      "\"drawbridge network confirm\" keeps it, \"drawbridge network rollback\" undoes it",
                                      0});
  show_change(context, source, prepared);
  if (!context.console.json()) return Exit::done;
  const auto running = read_running(context.system.files(), context.system.root());
  const std::string diff = source.pending && running ? unified_diff(running->path, running->bytes, source.path, source.bytes) : "";
  context.console.print_document(
      boost::json::serialize(boost::json::object{{"plan", boost::json::parse(network::plan_json(prepared.plan))}, {"diff", diff}}));
  return Exit::done;
}

Exit apply_source(Context& context, const Source& source) {
  auto prepared = prepare(context, source, {.force = context.arguments().has("force")});
  if (!prepared) return tell_refusal(context.console, prepared.error());
  if (context.arguments().has("no-act")) return rehearse(context, source, *prepared);
  const Policy policy = make_policy(context);
  show_change(context, source, *prepared);
  if (policy.ask_before && !prepared->plan.empty() && !context.console.ask("Apply? [y/N]")) {
    context.console.note("Nothing was changed.");
    return Exit::no;
  }
  prepared->request.confirm_within = policy.confirm_within;
  return run_transaction(context, *prepared, policy.watch);
}

/// Puts a generation's file in the place of the pending one.
Result<Source> take_generation(Context& context, std::uint64_t number) {
  auto& files = context.system.files();
  const auto& paths = context.system.paths();
  const std::string bytes = TRY(transaction::read_generation(files, paths, number));
  const auto state = TRY(transaction::read_pending(files, paths));
  if (state.pending && *state.pending != bytes && !context.arguments().has("force")) {
    return fail(Errc::conflict, "other changes are pending", {paths.pending, 0, 0},
                "\"drawbridge network revert\" drops them, as does --force");
  }
  if (context.arguments().has("no-act")) {
    auto source = read_text(files, context.system.root(), paths.pending, bytes);
    source.pending = true;
    return source;
  }
  TRY_VOID(transaction::write_pending(files, context.system.clock(), paths, bytes, state.effective_digest(), author()));
  return read_effective(files, context.system.root());
}

}  // namespace

Exit network_apply(Context& context) {
  const auto source = read_effective(context.system.files(), context.system.root());
  if (!source) return context.console.fail(source.error());
  if (const auto digest = context.arguments().value("digest"); digest && *digest != sha256_hex(source->bytes)) {
    const auto state = transaction::read_pending(context.system.files(), context.system.paths());
    const auto same = state ? transaction::check_digest(context.system.paths(), *state, *digest) : fail(state.error());
    return context.console.fail(same ? Error{Errc::conflict, source->path + " was changed since it was read", {}, "apply again", 0}
                                     : same.error());
  }
  return apply_source(context, *source);
}

Exit network_rollback(Context& context) {
  const auto wanted = context.arguments().value("GENERATION");
  if (!wanted) {
    const auto doors = context.system.doors();
    if (!doors) return context.console.fail(doors.error());
    const std::string reason = "asked by " + author();
    const auto outcome = transaction::roll_back(*doors, context.system.paths(), reason, teller(context.console));
    return print_end(context.console, outcome, Exit::done);  // going back is what was asked for
  }
  const auto number = parse_number<std::uint64_t>(*wanted);
  if (!number)
    return context.console.fail_usage("GENERATION is a number, not \"" + printable(*wanted) + "\"",
                                      "\"drawbridge network history\" lists them");
  const auto source = take_generation(context, *number);
  if (!source) return context.console.fail(source.error());
  return apply_source(context, *source);
}

}  // namespace drawbridge::cli
