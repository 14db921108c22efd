// firewall start, stop, restart, status.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <ctime>

#include "base/text.h"
#include "cli/connection_cutter.h"
#include "cli/display.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_marks.h"
#include "cli/firewall_paths.h"
#include "cli/firewall_trial.h"
#include "cli/firewall_world.h"
#include "cli/guest_desk.h"
#include "cli/refused_lines.h"
#include "cli/rule_enforcer.h"
#include "cli/service.h"
#include "cli/verbs.h"
#include "daemon/client.h"
#include "firewall/build.h"
#include "firewall/emergency.h"
#include "store/firewall_files.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLockPatience{10};

/// Everything that changes the kernel's rules by hand.
struct Desk {
  std::unique_ptr<doors::FileLock> lock;
  std::unique_ptr<RuleEnforcer> enforcer;
};

Result<Desk> open_desk(Context& context) {
  auto& system = context.system;
  auto lock = TRY(system.files().lock(rules_lock(system.paths()), kLockPatience));
  auto enforcer = TRY(RuleEnforcer::open(system.files(), system.clock(), system.paths()));
  return Desk{std::move(lock), std::move(enforcer)};
}

bool is_on(const FirewallWorld& world) { return world.policy.datacenter.options.enable; }

rules::Program program_of(const FirewallWorld& world) { return firewall::build_program(world.policy, world.facts); }

/// There were rules when the firewall was last in force, and now there is not even a guest: the cluster's file system is not mounted. Files
/// that say nothing would take the rules out.
Result<bool> are_files_expected(Context& context) {
  auto& files = context.system.files();
  const auto node = TRY(node_name(context));
  return files.read(saved_rules(context.system.paths())).has_value() &&
         store::are_firewall_files_missing(files, context.system.root(), node);
}

/// What came into force.
struct Enforced {
  FirewallWorld world;
  rules::Program program;
  bool changed = false;
};

/// What the files say becomes the kernel's rules.
Result<Enforced> enforce_files(Context& context, RuleEnforcer& enforcer, RuleEnforcer::How how = RuleEnforcer::How::what_differs) {
  auto world = TRY(read_firewall_world(context));
  context.console.diagnose(world.diagnostics);
  auto program = program_of(world);
  const bool changed = TRY(enforcer.enforce(program, how));
  context.console.diagnose(enforcer.refused());
  if (!enforcer.is_proven())
    context.console.note("The kernel has taken the rules, and could not be read since: look at \"firewall verify\".");
  context.console.diagnose(enforcer.set_parameters(is_on(world) ? &world.policy.node.options : nullptr));
  // What is only on trial is not for the next boot.
  const auto& paths = context.system.paths();
  if (!TRY(transaction::read_trial(context.system.files(), firewall_state(paths)))) TRY_VOID(enforcer.save());
  return Enforced{std::move(world), std::move(program), changed};
}

/// Ends what is no longer allowed. True: the firewall is on. Of a hundred thousand connections nobody waits for the last: the lock goes
/// first.
bool cut_and_leave(Context& context, Desk& desk, const Enforced& enforced) {
  desk.lock.reset();
  if (!enforced.changed) return is_on(enforced.world);
  const auto cut =
      cut_forbidden_connections(context.system.files(), context.system.paths(), nullptr, enforced.program, enforced.world.facts);
  if (!cut) context.console.diagnose({to_diagnostic(cut.error(), "connections-not-cut")});
  if (cut && !cut->empty()) context.console.note(*cut);
  return is_on(enforced.world);
}

Exit tell(Context& context, bool on) {
  const std::string text = on ? "The firewall's rules are in force." : "The firewall is off: cluster.fw does not turn it on.";
  if (context.console.json()) context.console.print_document(json::serialize(json::object{{"running", true}, {"enabled", on}}));
  context.console.note(text);
  return Exit::done;
}

Result<bool> start(Context& context, RuleEnforcer::How how) {
  if (TRY(are_files_expected(context)))
    return fail(Errc::unavailable, "the firewall's files are not there, and there were rules: is the cluster's file system mounted?", {},
                "start it when /etc/pve is there; if the files are gone for good: drawbridge firewall stop");
  auto desk = TRY(open_desk(context));
  auto& files = context.system.files();
  // Rules first: if there can be none, what was decided before stays.
  const auto enforced = TRY(enforce_files(context, *desk.enforcer, how));
  TRY_VOID(files.remove(stop_mark(context.system.paths())));
  return cut_and_leave(context, desk, enforced);
}

/// Before anything else is up: what was in force last, else what files say.
Result<bool> start_at_boot(Context& context) {
  // What nobody has confirmed goes back; what can't (the cluster's files may come later) is the service's to end.
  const auto trial = transaction::recover_trial(TRY(trial_doors(context)));
  if (!trial) context.console.diagnose({to_diagnostic(trial.error(), "trial-stays-open")});
  auto desk = TRY(open_desk(context));
  const auto restored = desk.enforcer->restore();
  if (restored) return true;
  if (!TRY(are_files_expected(context))) {
    const auto enforced = TRY(enforce_files(context, *desk.enforcer));
    return cut_and_leave(context, desk, enforced);
  }
  context.console.diagnose({to_diagnostic(restored.error(), "saved-rules-not-restored")});
  context.console.note("emergency rules are in force until the firewall's files are there");
  const auto node = TRY(node_name(context));
  const auto place = look_at_node(context, node);
  TRY(desk.enforcer->enforce(
      firewall::emergency_program(facts_of_node(node, place, {}, {}), firewall::detect_local_networks(place.facts))));
  return true;
}

Result<void> stop(Context& context) {
  const auto desk = TRY(open_desk(context));
  const auto& paths = context.system.paths();
  // The mark comes first: whoever sees the rules go must know why.
  TRY_VOID(context.system.files().write(stop_mark(paths), mark_text() + "\n"));
  TRY_VOID(desk.enforcer->lift());
  context.console.diagnose(desk.enforcer->set_parameters(nullptr));
  return {};
}

/// Who stopped the firewall and when; nullopt: nobody has.
std::optional<std::string> stopped_by(Context& context) {
  const auto mark = context.system.files().read(stop_mark(context.system.paths()));
  if (!mark) return std::nullopt;
  return std::string(trim(*mark));
}

/// What the kernel should have: nothing while the firewall is stopped.
Result<nftables::Differences> verify(Context& context) {
  const auto desk = TRY(open_desk(context));
  const auto world = TRY(read_firewall_world(context));
  context.console.diagnose(world.diagnostics);
  return desk.enforcer->verify(stopped_by(context) ? rules::Program() : program_of(world));
}

json::array paths_json(std::span<const transaction::TriedFile> files) {
  json::array paths;
  for (const auto& file : files) paths.emplace_back(printable(file.path, file.path.size()));
  return paths;
}

json::value trial_json(const TrialState& state) {
  if (!state.open) return nullptr;
  return json::object{{"id", state.open->id},
                      {"kind", state.open->kind == transaction::TrialKind::command ? "command" : "saved"},
                      {"author", printable(state.open->author, 200)},
                      {"remaining_seconds", state.remaining.count()},
                      {"files", paths_json(state.open->files)}};
}

json::object verify_json(const nftables::Differences& differences) {
  constexpr std::array<const char*, 3> kKinds{"missing", "unexpected", "changed"};
  json::array list;
  for (const auto& one : differences.list)
    list.push_back(json::object{{"kind", kKinds.at(static_cast<std::size_t>(one.kind))},
                                {"family", std::string(nftables::word_of(one.family))},
                                {"object", one.object},
                                {"rule", one.origin},
                                {"wanted", one.wanted},
                                {"found", one.found}});
  return {{"equal", differences.count == 0}, {"count", differences.count}, {"differences", std::move(list)}};
}

}  // namespace

void tell_if_stopped(Context& context) {
  if (const auto stopped = stopped_by(context))
    context.console.note("The firewall is stopped (" + visible(*stopped) + "): nothing is filtered until \"drawbridge firewall start\".");
  if (const auto trial = read_trial_state(context))
    tell_trial(context, *trial);
  else
    context.console.diagnose({to_diagnostic(trial.error(), "trial-unknown")});
}

Result<void> follow_files_by_hand(Context& context) {
  if (stopped_by(context)) return {};
  auto desk = TRY(open_desk(context));
  const auto nothing = TRY(desk.enforcer->verify({}));
  if (nothing.count == 0) return {};
  const auto enforced = TRY(enforce_files(context, *desk.enforcer));
  cut_and_leave(context, desk, enforced);
  return {};
}

Exit firewall_start(Context& context) {
  const bool boot = context.arguments().has("boot");
  if (boot && stopped_by(context)) {
    tell_if_stopped(context);
    return Exit::done;
  }
  const auto on = boot ? start_at_boot(context) : start(context, RuleEnforcer::How::what_differs);
  return on ? tell(context, *on) : context.console.fail(on.error());
}

Exit firewall_restart(Context& context) {
  const auto on = start(context, RuleEnforcer::How::anew);
  return on ? tell(context, *on) : context.console.fail(on.error());
}

Exit firewall_stop(Context& context) {
  if (const auto stopped = stop(context); !stopped) return context.console.fail(stopped.error());
  if (context.console.json()) context.console.print_document(json::serialize(json::object{{"running", false}}));
  tell_if_stopped(context);
  return Exit::done;
}

Exit firewall_verify(Context& context) {
  const auto differences = verify(context);
  if (!differences) return context.console.fail(differences.error());
  if (context.console.json()) {
    context.console.print_document(json::serialize(verify_json(*differences)));
    return differences->count == 0 ? Exit::done : Exit::no;
  }
  tell_if_stopped(context);
  for (const auto& one : differences->list) context.console.print(nftables::format_difference(one) + "\n");
  if (differences->count > differences->list.size())
    context.console.print("and " + std::to_string(differences->count - differences->list.size()) + " more\n");
  if (differences->count == 0) context.console.print("The kernel's rules are those of the files.\n");
  return differences->count == 0 ? Exit::done : Exit::no;
}

Exit firewall_status(Context& context) {
  const auto world = read_firewall_world(context);
  if (!world) return context.console.fail(world.error());
  const auto stopped = stopped_by(context);
  const bool served = daemon::is_served(service_socket(context.system.root()));
  const auto trial = read_trial_state(context);
  if (!trial) return context.console.fail(trial.error());
  const bool enabled = is_on(*world);
  const auto refused = diagnostics_of(read_refused_lines(context.system.files(), context.system.paths()));
  const std::string word = std::string(enabled ? "enabled" : "disabled") + (stopped ? "/stopped" : "/running");
  if (context.console.json()) {
    json::object answer{{"status", word}, {"enabled", enabled}, {"service", served}};
    answer["stopped"] = stopped ? json::value(*stopped) : json::value();
    answer["trial"] = trial_json(*trial);
    answer["held"] = paths_json(trial->held);
    answer["refused"] = json::parse(diagnostics_json(refused));
    answer["errors"] = std::ranges::count(world->diagnostics, Severity::error, &Diagnostic::severity);
    context.console.print_document(json::serialize(answer));
    return Exit::done;
  }
  context.console.print("Status: " + word + "\n");
  tell_if_stopped(context);
  if (!served) context.console.note("The service does not run: rules do not follow the files until \"systemctl start drawbridge-daemon\".");
  context.console.diagnose(refused);
  if (has_errors(world->diagnostics))
    context.console.note("Lines of the firewall's files are not in force: \"drawbridge firewall check\" tells which.");
  return Exit::done;
}

}  // namespace drawbridge::cli
