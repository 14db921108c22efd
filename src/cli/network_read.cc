// The verbs that only look: format, check, diff, snapshot, plan.
#include <boost/json.hpp>

#include "base/diff.h"
#include "cli/inputs.h"
#include "cli/plan_text.h"
#include "cli/reach_text.h"
#include "cli/sources.h"
#include "cli/verbs.h"
#include "network/normalise.h"
#include "network/snapshot_json.h"
#include "transaction/pending.h"

namespace drawbridge::cli {
namespace {

std::string count_text(std::size_t count, const std::string& noun) { return std::to_string(count) + " " + noun + (count == 1 ? "" : "s"); }

std::string findings_summary(const Diagnostics& diagnostics) {
  std::size_t errors = 0;
  for (const Diagnostic& diagnostic : diagnostics) errors += diagnostic.severity == Severity::error ? 1 : 0;
  return count_text(errors, "error") + ", " + count_text(diagnostics.size() - errors, "warning");
}

/// The file that `check` is about.
Result<Source> checked_source(Context& context) {
  auto& files = context.system.files();
  const std::string& root = context.system.root();
  if (const auto file = context.arguments().value("FILE")) return read_file(files, root, *file);
  if (!context.arguments().has("pending")) return read_effective(files, root);
  auto pending = TRY(read_pending(files, root));
  if (pending) return std::move(*pending);
  return fail(Errc::invalid_input, "nothing is pending", {context.system.paths().pending, 0, 0},
              "\"drawbridge network set\" makes a pending change");
}

}  // namespace

Exit network_format(Context& context) {
  const auto source = shown_source(context);
  if (!source) return context.console.fail(source.error());
  if (!context.arguments().has("normalise")) {
    if (context.console.json()) {
      context.console.print_document(boost::json::serialize(boost::json::object{{"file", source->path}, {"text", source->bytes}}));
    } else {
      context.console.print(source->bytes);
    }
    return Exit::done;
  }
  const std::string text = network::normalise(source->bytes, source->path);
  if (context.console.json()) {
    context.console.print_document(boost::json::serialize(boost::json::object{{"file", source->path}, {"text", text}}));
  } else {
    context.console.print(text);
  }
  return Exit::done;
}

Exit network_check(Context& context) {
  const auto source = checked_source(context);
  if (!source) return context.console.fail(source.error());
  std::optional<network::Snapshot> kernel;
  kernel = kernel_for_show(context);
  const Meaning meaning = make_meaning(*source, kernel ? &*kernel : nullptr);
  Diagnostics findings = meaning.diagnostics;
  const Diagnostics unsupported = as_warnings(meaning.resolved.diagnostics);
  findings.insert(findings.end(), unsupported.begin(), unsupported.end());
  sort_diagnostics(findings);
  if (context.console.json()) {
    context.console.print_document(diagnostics_json(findings));
  } else if (!context.console.quiet()) {
    context.console.print(source->path + ": " + findings_summary(findings) + "\n");
  }
  context.console.diagnose(findings);
  return has_errors(findings) ? Exit::bad_input : Exit::done;
}

namespace {

/// Who made the pending changes, or null.
boost::json::value origin_json(const transaction::PendingState& state) {
  if (!state.origin) return nullptr;
  return boost::json::object{{"author", state.origin->author}, {"when", state.origin->when}};
}

}  // namespace

Exit network_diff(Context& context) {
  const auto& paths = context.system.paths();
  const auto state = transaction::read_pending(context.system.files(), paths);
  if (!state) return context.console.fail(state.error());
  const std::string diff =
      state->pending ? unified_diff(paths.interfaces, state->running.value_or(""), paths.pending, *state->pending) : "";
  if (context.console.json()) {
    boost::json::object document{{"pending", state->pending.has_value()}, {"diff", diff}, {"digest", state->effective_digest()}};
    document["base_changed"] = state->base_changed();
    document["origin"] = origin_json(*state);
    context.console.print_document(boost::json::serialize(document));
  } else {
    context.console.print(context.console.color_diff(diff));
  }
  if (state->base_changed())
    context.console.note(paths.interfaces + " was edited by hand since the pending change was begun; apply would undo that edit");
  if (diff.empty()) context.console.detail(state->pending ? "the pending file equals the running one" : "nothing is pending");
  return diff.empty() ? Exit::done : Exit::no;
}

Exit network_snapshot(Context& context) {
  const auto snapshot = context.system.snapshot();
  if (!snapshot) return context.console.fail(snapshot.error());
  context.console.print_document(network::snapshot_to_json(*snapshot));
  return Exit::done;
}

namespace {

/// Everything about the change at once, for a page that shows it.
Result<std::string> full_plan(Context& context, const network::Plan& plan, const Reach& reach, Diagnostics warnings) {
  const auto& paths = context.system.paths();
  const auto state = TRY(transaction::read_pending(context.system.files(), paths));
  for (const auto* more : {&plan.warnings, &reach.risks}) {
    const auto told = as_warnings(*more);
    warnings.insert(warnings.end(), told.begin(), told.end());
  }
  boost::json::array changes;
  for (const auto& line : reach.changes) changes.push_back(boost::json::value(line));
  const boost::json::object document{
      {"operations", boost::json::parse(network::plan_json(plan))},
      {"reach", std::move(changes)},
      {"warnings", boost::json::parse(diagnostics_json(warnings))},
      {"diff", state.pending ? unified_diff(paths.interfaces, state.running.value_or(""), paths.pending, *state.pending) : ""},
      {"pending", state.pending.has_value()},
      {"base_changed", state.base_changed()},
      {"digest", state.effective_digest()},
      {"origin", origin_json(state)}};
  return boost::json::serialize(document);
}

}  // namespace

Exit network_plan(Context& context) {
  const auto now = plan_base(context);
  if (!now) return context.console.fail(now.error());
  auto& files = context.system.files();
  const auto source = read_effective(files, context.system.root());
  if (!source) return context.console.fail(source.error());
  const Meaning meaning = make_meaning(*source, &*now);
  if (has_errors(meaning.diagnostics)) return context.console.fail(meaning.diagnostics);
  const auto previous = read_previous(files, context.system.root(), *source, &*now);
  if (!previous) return context.console.fail(previous.error());
  const network::Plan plan = network::make_plan(*now, meaning.resolved.desired, *previous);
  const auto session = context.arguments().has("against") ? std::nullopt : asking_session();
  const Reach reach = reach_of(*now, plan, session);
  if (context.console.json() && context.arguments().has("full")) {
    Diagnostics warnings = meaning.diagnostics;
    const auto unsupported = as_warnings(meaning.resolved.diagnostics);
    warnings.insert(warnings.end(), unsupported.begin(), unsupported.end());
    const auto document = full_plan(context, plan, reach, std::move(warnings));
    if (!document) return context.console.fail(document.error());
    context.console.print_document(*document);
  } else if (context.console.json()) {
    context.console.print_document(network::plan_json(plan));
  } else {
    context.console.print(plan_text(plan, context.console));
    context.console.print(reach_text(reach));
  }
  context.console.diagnose(meaning.diagnostics);
  context.console.diagnose(as_warnings(meaning.resolved.diagnostics));
  context.console.diagnose(as_warnings(plan.warnings));
  context.console.diagnose(reach.risks);
  return Exit::done;
}

}  // namespace drawbridge::cli
