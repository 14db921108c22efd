// The verbs about the open transaction and those before it: confirm, recover, status, history.
#include <boost/json.hpp>

#include "base/diff.h"
#include "cli/context.h"
#include "cli/display.h"
#include "cli/outcome.h"
#include "cli/plan_text.h"
#include "cli/sources.h"
#include "cli/verbs.h"
#include "network/live_findings.h"
#include "transaction/journal.h"
#include "transaction/pending.h"

namespace drawbridge::cli {
namespace {

using std::chrono::seconds;

/// Where the kernel differs from the running file; nullopt if the kernel or the file can't be read. `live`: what is wrong with the
/// links although they are as the file asks.
std::optional<network::Plan> find_drift(Context& context, Diagnostics& findings, Diagnostics& live) {
  const auto now = context.system.snapshot();
  const auto running = context.system.running();
  if (!now || !running) {
    findings.push_back(error_diagnostic(now ? running.error() : now.error()));
    findings.back().severity = Severity::warning;
    return std::nullopt;
  }
  live = network::find_live(*now);
  const Meaning meaning = context.system.meaning(*running, *now);
  for (const auto& more : {meaning.diagnostics, as_warnings(meaning.resolved.diagnostics)})
    findings.insert(findings.end(), more.begin(), more.end());
  const auto previous = read_previous(context.system.files(), context.system.root(), *running, &*now);
  return network::make_plan(*now, meaning.resolved.desired, previous ? *previous : network::Desired{});
}

boost::json::value transaction_document(const transaction::Status& status) {
  if (!status.stage) return nullptr;
  return boost::json::object{{"stage", transaction::stage_name(*status.stage)},
                             {"remaining_seconds", std::chrono::ceil<seconds>(status.remaining).count()},
                             {"id", status.id},
                             {"task", status.task.empty() ? boost::json::value() : boost::json::value(status.task)},
                             {"author", status.author},
                             {"holder_alive", status.holder_alive},
                             {"plan", boost::json::parse(network::plan_json(status.plan))}};
}

/// How the one before ended, for who was cut off in between and comes back.
boost::json::value last_document(const std::optional<transaction::Ended>& ended) {
  if (!ended) return nullptr;
  return boost::json::object{
      {"outcome", ending_word(ended->ending)}, {"reason", ended->reason}, {"ended", ended->when}, {"generation", ended->generation}};
}

std::string transaction_line(const transaction::Status& status) {
  if (!status.stage) return "none";
  std::string text = transaction::stage_name(*status.stage);
  if (*status.stage == transaction::Stage::awaiting) {
    text = "awaits confirmation, undone in " + std::to_string(std::chrono::ceil<seconds>(status.remaining).count()) + " s";
  }
  if (!status.author.empty()) text += ", by " + status.author;
  if (!status.holder_alive) text += " (its process is gone: \"drawbridge network recover\")";
  return text;
}

std::string pending_line(const transaction::PendingState& state) {
  if (!state.pending) return "none";
  std::string text = "yes";
  if (state.origin) text += ", by " + state.origin->author + " at " + state.origin->when;
  if (state.base_changed()) text += "; the running file was edited since";
  return text;
}

}  // namespace

Exit network_status(Context& context) {
  const auto doors = context.system.doors();
  if (!doors) return context.console.fail(doors.error());
  const auto status = transaction::status(*doors, context.system.paths());
  if (!status) return context.console.fail(status.error());
  const auto state = transaction::read_pending(context.system.files(), context.system.paths());
  if (!state) return context.console.fail(state.error());
  Diagnostics findings, live;
  const auto drift = find_drift(context, findings, live);
  if (context.console.json()) {
    boost::json::object document{
        {"transaction", transaction_document(*status)}, {"pending", state->pending.has_value()}, {"base_changed", state->base_changed()}};
    document["last"] = last_document(transaction::read_ended(context.system.files(), context.system.paths()));
    document["drift"] = drift ? boost::json::parse(network::plan_json(*drift)) : boost::json::value();
    document["findings"] = boost::json::parse(diagnostics_json(live));
    document["diagnostics"] = boost::json::parse(diagnostics_json(findings));
    context.console.print_document(boost::json::serialize(document));
  } else {
    context.console.print("Transaction:      " + transaction_line(*status) + "\nPending changes:  " + pending_line(*state) +
                          "\nDrift:            ");
    context.console.print(!drift           ? "unknown\n"
                          : drift->empty() ? "none, the kernel is as the running file asks\n"
                                           : "to mend it, apply would do:\n" + plan_text(*drift, context.console));
    context.console.diagnose(findings);
    context.console.diagnose(live);
  }
  const bool clean = !status->stage && drift && drift->empty();
  return context.arguments().has("check") && !clean ? Exit::no : Exit::done;
}

Exit network_confirm(Context& context) {
  const auto doors = context.system.doors();
  if (!doors) return context.console.fail(doors.error());
  return print_end(
      context.console,
      transaction::confirm(*doors, context.system.paths(), teller(context.console), context.arguments().value("id").value_or("")),
      Exit::rolled_back);
}

Exit network_recover(Context& context) {
  const auto doors = context.system.doors();
  if (!doors) return context.console.fail(doors.error());
  const auto tell = teller(context.console);
  const auto outcome = context.arguments().has("wait") ? transaction::recover_and_wait(*doors, context.system.paths(), tell)
                                                       : transaction::recover(*doors, context.system.paths(), tell);
  return print_end(context.console, outcome, Exit::done);  // going back is what was asked for
}

namespace {

/// What each generation changed in the one before it, in the order of the list; empty where a file can't be read any more.
std::vector<std::string> generation_diffs(Context& context, const std::vector<transaction::Generation>& generations) {
  std::vector<std::string> diffs;
  std::optional<std::string> before;
  for (const auto& generation : generations) {
    const auto bytes = transaction::read_generation(context.system.files(), context.system.paths(), generation.number);
    const auto name = [](std::uint64_t number) { return "generation " + std::to_string(number); };
    diffs.push_back(before && bytes ? unified_diff(name(generation.number - 1), *before, name(generation.number), *bytes) : "");
    before = bytes ? std::optional(*bytes) : std::nullopt;
  }
  return diffs;
}

}  // namespace

Exit network_history(Context& context) {
  const auto generations = transaction::history(context.system.files(), context.system.paths());
  if (!generations) return context.console.fail(generations.error());
  if (context.console.json()) {
    boost::json::array list;
    const auto diffs = context.arguments().has("diff") ? generation_diffs(context, *generations) : std::vector<std::string>();
    for (const auto& generation : *generations) {
      list.push_back(boost::json::object{{"generation", generation.number},
                                         {"when", generation.when},
                                         {"author", generation.author},
                                         {"summary", generation.summary},
                                         {"digest", generation.digest}});
      if (!diffs.empty()) list.back().as_object()["diff"] = diffs[list.size() - 1];
    }
    context.console.print_document(boost::json::serialize(list));
    return Exit::done;
  }
  Table table{.header = {"Generation", "When", "Author", "Summary"}, .rows = {}};
  for (const auto& generation : *generations) {
    table.rows.push_back({std::to_string(generation.number), generation.when, generation.author, generation.summary});
  }
  if (generations->empty()) {
    context.console.note("Nothing was applied yet.");
  } else {
    context.console.print(format_table(table, context.console.width()));
  }
  return Exit::done;
}

}  // namespace drawbridge::cli
