// ifup, ifdown and ifreload: the transaction machinery behind familiar names. They apply the running file, confirm by themselves,
// say nothing when all is well, and exit 0 or 1.
#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.h"
#include "cli/apply_flow.h"
#include "cli/apply_request.h"
#include "cli/familiar.h"
#include "cli/interface_selection.h"
#include "cli/interface_status.h"
#include "cli/partial_desired.h"
#include "cli/plan_text.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

Exit yes_or_no(Exit exit) { return exit == Exit::done ? Exit::done : Exit::no; }

Exit check_syntax(Context& context, const Source& source) {
  const Meaning meaning = make_meaning(source, nullptr);
  context.console.diagnose(meaning.diagnostics);
  return has_errors(meaning.diagnostics) ? Exit::no : Exit::done;
}

/// Shows or runs what was prepared.
Exit finish(Context& context, const Prepared& prepared) {
  context.console.diagnose(prepared.warnings);
  if (context.arguments().has("no-act")) {
    context.console.print(context.console.json() ? network::plan_json(prepared.plan) + "\n" : plan_text(prepared.plan, context.console));
    return prepared.left_out ? Exit::no : Exit::done;
  }
  const Exit exit = run_transaction(context, prepared, {.ask_to_keep = false, .wait = true, .silent = context.console.verbose() == 0});
  return prepared.left_out ? Exit::no : yes_or_no(exit);
}

Exit apply_chosen(Context& context, const Source& source, const PrepareOptions& options) {
  if (!options.names && !options.previous_is_current && !context.arguments().has("no-act"))
    if (const auto settled = find_settled(context, source)) return *settled;
  const auto prepared = prepare(context, source, options);
  if (!prepared) return yes_or_no(tell_refusal(context.console, prepared.error()));
  return finish(context, *prepared);
}

/// The system refused the whole: at boot some network is better than none. Each interface gets its own transaction, with what it
/// stands on; what is refused again goes without.
Exit bring_up_one_by_one(Context& context, const Source& source) {
  context.console.note("Trying the interfaces one by one.");
  for (const std::string& name : select_interfaces(make_meaning(source, nullptr).model, context.arguments(), false).names) {
    std::ignore = apply_chosen(context, source, {.force = true, .lenient = true, .names = std::set{name}});
  }
  return Exit::no;
}

Exit bring_up_all(Context& context, const Source& source) {
  const auto prepared = prepare(context, source, {.force = true, .lenient = true});
  if (!prepared) return yes_or_no(tell_refusal(context.console, prepared.error()));
  const Exit exit = finish(context, *prepared);
  const auto now = context.system.snapshot();
  const bool refused = exit != Exit::done && !context.arguments().has("no-act") && now &&
                       network::make_plan(*now, prepared->request.desired, prepared->request.previous).changes_kernel();
  return refused ? bring_up_one_by_one(context, source) : exit;
}

bool nothing_chosen(const Arguments& arguments) {
  return !arguments.has("all") && !arguments.has("allow") && arguments.list("IFACE").empty() && !arguments.has("currently-up");
}

/// True if the words leave no interface of the file out.
bool is_whole(const Arguments& arguments) {
  return arguments.has("all") && !arguments.has("allow") && !arguments.has("exclude") && !arguments.has("interfaces") &&
         arguments.list("IFACE").empty() && !arguments.has("currently-up");
}

Exit print_dependencies(Context& context, const Source& source) {
  const network::Model model = make_meaning(source, nullptr).model;
  Selection selection = select_interfaces(model, context.arguments(), false);
  if (context.arguments().has("with-depends")) add_lowers(model, selection.names);
  context.console.print(dependency_text(model, selection.names, context.arguments().value("print-dependency") == "dot"));
  return selection.unknown.empty() ? Exit::done : complain_unknown(context, source, selection.unknown);
}

/// A plan from what the kernel holds of `previous` to `desired`, instead of the one in `prepared`.
void replan(Prepared& prepared, const network::Snapshot& now, network::Desired desired, network::Desired previous) {
  prepared.plan = network::make_plan(now, desired, previous);
  prepared.warnings = prepared.plan.warnings;
  prepared.left_out = false;
  prepared.request.desired = std::move(desired);
  prepared.request.previous = std::move(previous);
  prepared.request.gateways.clear();
  prepared.request.takes_down = true;
}

Refusal unreadable(const Error& error) { return {.findings = {error_diagnostic(error)}, .exit = Exit::refused}; }

/// What there is to take away when `names` go down: they and their routes, and their ports' membership.
network::Desired held_by(const network::Desired& all, const std::set<std::string>& names) {
  network::Desired held;
  for (const auto& [name, link] : all.links) {
    if (names.contains(name)) {
      held.links.insert({name, link});
    } else if (link.master && names.contains(link.master->value)) {
      network::DesiredLink port;
      port.name = name;
      port.kind = link.kind;
      port.where = link.where;
      port.master = link.master;
      held.links.insert({name, std::move(port)});
    }
  }
  // What they stand on keeps its routes.
  std::ranges::copy_if(all.routes, std::back_inserter(held.routes),
                       [&](const network::Asked<network::Route>& route) { return network::belongs_to(route.value, all, names); });
  return held;
}

/// What stays of `held` when `names` are down: physical links without anything, and ports as they are, but free.
network::Desired left_of(const network::Desired& held, const std::set<std::string>& names) {
  network::Desired left;
  for (const auto& [name, link] : held.links) {
    const bool goes = names.contains(name);
    if (goes && !link.kind.empty()) continue;
    network::DesiredLink bare;
    bare.name = name;
    bare.kind = link.kind;
    bare.where = link.where;
    if (goes) bare.up = network::Asked<bool>{false, link.where};
    left.links.insert({name, std::move(bare)});
  }
  return left;
}

/// The request that takes `names` down: what is virtual goes, what is physical loses its addresses and is set down.
std::expected<Prepared, Refusal> prepare_down(Context& context, const Source& source, const std::set<std::string>& names) {
  auto prepared = prepare(context, source, {.force = true, .lenient = true, .names = names});
  if (!prepared) return prepared;
  const auto now = context.system.snapshot();
  if (!now) return std::unexpected(unreadable(now.error()));
  auto held = held_by(prepared->request.desired, names);
  auto left = left_of(held, names);
  replan(*prepared, *now, std::move(left), std::move(held));
  return prepared;
}

/// The request that only sets links up or down, as they are.
std::expected<Prepared, Refusal> prepare_admin_state(Context& context, const Source& source, const std::set<std::string>& names, bool up) {
  auto prepared = prepare(context, source, {.force = true, .lenient = true, .names = names});
  if (!prepared) return prepared;
  const auto now = context.system.snapshot();
  if (!now) return std::unexpected(unreadable(now.error()));
  network::Desired state;
  for (const std::string& name : names) {
    const network::Link* link = now->find_link(name);
    if (link == nullptr) continue;
    network::DesiredLink bare;
    bare.name = link->name;
    bare.kind = link->kind;
    bare.up = network::Asked<bool>{up, SourceLocation{source.path, 0, 0}};
    // What we once set would count as no longer asked for. (A link that goes down loses its IPv6 addresses in any case.)
    for (const network::Address& address : now->addresses) {
      const bool stays = up || address.address.address.family == Family::ipv4;
      if (address.link == link->name && address.permanent && stays) bare.addresses.push_back({address, bare.where});
    }
    state.links.emplace(bare.name, std::move(bare));
  }
  const bool some_missing = state.links.size() != names.size();
  replan(*prepared, *now, state, state);
  prepared->left_out = some_missing;
  return prepared;
}

void keep_only_up(Context& context, std::set<std::string>& names) {
  const auto now = context.system.snapshot();
  if (!now) return;
  std::erase_if(names, [&](const std::string& name) {
    const network::Link* link = now->find_link(name);
    return link == nullptr || !link->up;
  });
}

/// Links that stand on what is to be taken down, and are not to be taken down themselves.
Diagnostics in_use(Context& context, const Source& source, const std::set<std::string>& names) {
  Diagnostics findings;
  const auto now = context.system.snapshot();
  if (!now) return findings;  // the plan will say so
  for (const std::string& name : names) {
    for (const std::string& upper : uppers_of(*now, name)) {
      if (names.contains(upper)) continue;
      findings.push_back({.where = {source.path, 0, 0},
                          .severity = Severity::error,
                          .code = "interface-in-use",
                          .message = printable(upper) + " stands on " + printable(name) + " and is up",
                          .hint = "take " + printable(upper) + " down as well, or use --force",
                          .included_from = {}});
    }
  }
  return findings;
}

/// Interfaces that the file no longer has: looked for in the last applied one, which takes its place if it knows them all.
Result<Source> source_that_knows(Context& context, Source source) {
  const Arguments& arguments = context.arguments();
  if (arguments.has("use-current-config") || arguments.has("interfaces")) return source;
  if (select_interfaces(make_meaning(source, nullptr).model, arguments, false).unknown.empty()) return source;
  auto applied = TRY(last_applied(context));
  if (!applied || !select_interfaces(make_meaning(*applied, nullptr).model, arguments, false).unknown.empty()) return source;
  return std::move(*applied);
}

Exit run_prepared(Context& context, const std::expected<Prepared, Refusal>& prepared) {
  if (!prepared) return yes_or_no(tell_refusal(context.console, prepared.error()));
  return finish(context, *prepared);
}

}  // namespace

Exit ifup(Context& context) {
  begin_familiar(context, "ifup");
  const Arguments& arguments = context.arguments();
  const auto source = familiar_source(context);
  if (!source) return yes_or_no(context.console.fail(source.error()));
  if (arguments.has("syntax-check")) return check_syntax(context, *source);
  if (nothing_chosen(arguments)) return context.console.fail_usage("no interface is named", "-a brings up all that are marked auto");
  if (arguments.has("print-dependency")) return print_dependencies(context, *source);
  if (is_whole(arguments)) return bring_up_all(context, *source);
  const Selection selection = select_interfaces(make_meaning(*source, nullptr).model, arguments, false);
  if (!selection.unknown.empty()) return complain_unknown(context, *source, selection.unknown);
  if (arguments.has("admin-state")) return run_prepared(context, prepare_admin_state(context, *source, selection.names, true));
  return apply_chosen(context, *source,
                      {.force = arguments.has("force"), .names = selection.names, .alone = arguments.has("skip-upperifaces")});
}

Exit ifdown(Context& context) {
  begin_familiar(context, "ifdown");
  const Arguments& arguments = context.arguments();
  auto source = familiar_source(context);
  if (!source) return yes_or_no(context.console.fail(source.error()));
  if (nothing_chosen(arguments)) return context.console.fail_usage("no interface is named", "-a takes down all that are marked auto");
  if (arguments.has("print-dependency")) return print_dependencies(context, *source);
  source = source_that_knows(context, std::move(*source));
  if (!source) return yes_or_no(context.console.fail(source.error()));
  Selection selection = select_interfaces(make_meaning(*source, nullptr).model, arguments, false);
  if (!selection.unknown.empty()) return complain_unknown(context, *source, selection.unknown);
  if (arguments.list("IFACE").empty()) selection.names.erase("lo");
  if (arguments.has("admin-state")) return run_prepared(context, prepare_admin_state(context, *source, selection.names, false));
  if (!arguments.has("force") && !arguments.has("all")) {
    const Diagnostics users = in_use(context, *source, selection.names);
    if (!users.empty()) return context.console.report(users, Exit::no);
  }
  return run_prepared(context, prepare_down(context, *source, selection.names));
}

Exit ifreload(Context& context) {
  begin_familiar(context, "ifreload");
  const Arguments& arguments = context.arguments();
  const auto source = familiar_source(context);
  if (!source) return yes_or_no(context.console.fail(source.error()));
  if (arguments.has("syntax-check")) return check_syntax(context, *source);
  if (nothing_chosen(arguments))
    return context.console.fail_usage("none of -a, -c and --allow is given", "-a reloads all that are marked auto");
  PrepareOptions options{.force = arguments.has("force"), .previous_is_current = arguments.has("use-current-config")};
  if (is_whole(arguments)) return apply_chosen(context, *source, options);
  Selection selection = select_interfaces(make_meaning(*source, nullptr).model, arguments, arguments.has("currently-up"));
  if (arguments.has("currently-up")) keep_only_up(context, selection.names);
  options.names = selection.names;
  return apply_chosen(context, *source, options);
}

}  // namespace drawbridge::cli
