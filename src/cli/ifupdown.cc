// ifup, ifdown and ifreload: the transaction machinery behind familiar names. They apply the running file, confirm by themselves,
// say nothing when all is well, and exit 0 or 1.
#include <algorithm>

#include "base/text.h"
#include "cli/apply_flow.h"
#include "cli/apply_request.h"
#include "cli/interface_selection.h"
#include "cli/plan_text.h"
#include "cli/verbs.h"

namespace drawbridge::cli {
namespace {

Exit yes_or_no(Exit exit) { return exit == Exit::done ? Exit::done : Exit::no; }

Result<Source> chosen_source(Context& context) {
  auto& files = context.system.files();
  if (const auto file = context.arguments().value("interfaces")) return read_file(files, context.system.root(), *file);
  return context.system.running();
}

Exit complain_unknown(Context& context, const Source& source, const std::vector<std::string>& unknown) {
  Diagnostics findings;
  for (const std::string& name : unknown) {
    findings.push_back({.where = {source.path, 0, 0},
                        .severity = Severity::error,
                        .code = "interface-unknown",
                        .message = "no interface \"" + printable(name) + "\" in this file",
                        .hint = {},
                        .included_from = {}});
  }
  return context.console.report(findings, Exit::no);
}

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
  const Exit exit =
      run_transaction(context, prepared.request, {.ask_to_keep = false, .wait = true, .silent = context.console.verbose() == 0});
  return prepared.left_out ? Exit::no : yes_or_no(exit);
}

Exit apply_chosen(Context& context, const Source& source, const PrepareOptions& options) {
  const auto prepared = prepare(context, source, options);
  if (!prepared) return yes_or_no(tell_refusal(context.console, prepared.error()));
  return finish(context, *prepared);
}

bool nothing_chosen(const Arguments& arguments) {
  return !arguments.has("all") && !arguments.has("allow") && arguments.list("IFACE").empty() && !arguments.has("currently-up");
}

/// True if the words leave no interface of the file out.
bool is_whole(const Arguments& arguments) {
  return arguments.has("all") && !arguments.has("allow") && !arguments.has("exclude") && !arguments.has("interfaces") &&
         arguments.list("IFACE").empty() && !arguments.has("currently-up");
}

/// The request that takes `names` down: what is virtual goes, what is physical loses its addresses and is set down.
std::expected<Prepared, Refusal> prepare_down(Context& context, const Source& source, const std::set<std::string>& names) {
  auto prepared = prepare(context, source, {.force = true, .lenient = true, .names = names});
  if (!prepared) return prepared;
  const auto now = context.system.snapshot();
  if (!now) return std::unexpected(Refusal{.findings = {error_diagnostic(now.error())}, .exit = Exit::refused});
  network::Desired up;
  for (const auto& [name, link] : prepared->request.desired.links) {
    if (names.contains(name)) up.links.insert({name, link});
  }
  up.routes = prepared->request.desired.routes;
  network::Desired down;
  for (const auto& [name, link] : up.links) {
    if (!link.kind.empty()) continue;
    network::DesiredLink bare;
    bare.name = name;
    bare.where = link.where;
    bare.up = network::Asked<bool>{false, link.where};
    down.links.insert({name, std::move(bare)});
  }
  prepared->plan = network::make_plan(*now, down, up);
  prepared->warnings = prepared->plan.warnings;
  prepared->left_out = false;
  prepared->request.desired = std::move(down);
  prepared->request.previous = std::move(up);
  prepared->request.gateways.clear();
  prepared->request.session.reset();  // whoever takes the interface down has said what is wanted
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

}  // namespace

Exit ifup(Context& context) {
  const Arguments& arguments = context.arguments();
  const auto source = chosen_source(context);
  if (!source) return yes_or_no(context.console.fail(source.error()));
  if (arguments.has("syntax-check")) return check_syntax(context, *source);
  if (nothing_chosen(arguments)) return context.console.fail_usage("no interface is named", "-a brings up all that are marked auto");
  if (is_whole(arguments)) return apply_chosen(context, *source, {.force = true, .lenient = true});
  const Selection selection = select_interfaces(make_meaning(*source, nullptr).model, arguments, false);
  if (!selection.unknown.empty()) return complain_unknown(context, *source, selection.unknown);
  return apply_chosen(context, *source, {.force = arguments.has("force"), .lenient = false, .names = selection.names});
}

Exit ifdown(Context& context) {
  const Arguments& arguments = context.arguments();
  const auto source = chosen_source(context);
  if (!source) return yes_or_no(context.console.fail(source.error()));
  if (nothing_chosen(arguments)) return context.console.fail_usage("no interface is named", "-a takes down all that are marked auto");
  Selection selection = select_interfaces(make_meaning(*source, nullptr).model, arguments, false);
  if (!selection.unknown.empty()) return complain_unknown(context, *source, selection.unknown);
  if (arguments.list("IFACE").empty()) selection.names.erase("lo");
  const auto prepared = prepare_down(context, *source, selection.names);
  if (!prepared) return yes_or_no(tell_refusal(context.console, prepared.error()));
  return finish(context, *prepared);
}

Exit ifreload(Context& context) {
  const Arguments& arguments = context.arguments();
  const auto source = chosen_source(context);
  if (!source) return yes_or_no(context.console.fail(source.error()));
  if (arguments.has("syntax-check")) return check_syntax(context, *source);
  if (nothing_chosen(arguments)) return context.console.fail_usage("neither -a nor -c is given", "-a reloads all that are marked auto");
  if (is_whole(arguments)) return apply_chosen(context, *source, {.force = arguments.has("force")});
  Selection selection = select_interfaces(make_meaning(*source, nullptr).model, arguments, arguments.has("currently-up"));
  if (arguments.has("currently-up")) keep_only_up(context, selection.names);
  return apply_chosen(context, *source, {.force = arguments.has("force"), .lenient = false, .names = selection.names});
}

}  // namespace drawbridge::cli
