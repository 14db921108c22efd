// set, create, delete, revert: edits of the pending file.
#include <algorithm>
#include <boost/json.hpp>

#include "base/diff.h"
#include "base/text.h"
#include "cli/assignments.h"
#include "cli/inputs.h"
#include "cli/verbs.h"
#include "network/edit.h"
#include "transaction/pending.h"

namespace drawbridge::cli {
namespace {

/// What an edit starts from.
struct Desk {
  transaction::PendingState state;
  Source source;
  std::optional<network::Snapshot> kernel;
  network::Model model;

  network::EditContext context(bool force) const { return {.model = &model, .kernel = kernel ? &*kernel : nullptr, .force = force}; }
  const interfaces::Document& document() const { return source.configuration.documents.find(source.path)->second; }
};

Result<Desk> open_desk(Context& context) {
  const auto& paths = context.system.paths();
  Desk desk{.state = TRY(transaction::read_pending(context.system.files(), paths)),
            .source = {},
            .kernel = kernel_for_show(context),
            .model = {}};
  desk.source = read_text(context.system.files(), context.system.root(), paths.pending, desk.state.effective());
  desk.model = network::make_model(desk.source.configuration, desk.kernel ? &*desk.kernel : nullptr);
  return desk;
}

std::expected<network::Change, UsageError> read_change(const Context& context) {
  auto read = read_assignments(context);
  if (!read) return std::unexpected(std::move(read.error()));
  return network::Change{std::move(read->values), std::move(read->removed)};
}

Exit refuse_parameters(Context& context, const std::vector<network::ParameterError>& errors) {
  Diagnostics findings;
  for (const network::ParameterError& error : errors) {
    findings.push_back({.where = {"drawbridge", 0, 0},
                        .severity = Severity::error,
                        .code = "parameter-invalid",
                        .message = error.parameter.empty() ? error.message : error.parameter + ": " + error.message,
                        .hint = error.hint,
                        .included_from = {}});
  }
  if (!context.console.json()) return context.console.fail(findings);
  context.console.diagnose(findings);
  boost::json::value document = boost::json::parse(errors_json(findings));
  auto& list = document.as_object()["errors"].as_array();
  for (std::size_t i = 0; i < errors.size(); ++i) list[i].as_object()["parameter"] = errors[i].parameter;
  context.console.print_document(boost::json::serialize(document));
  return Exit::bad_input;
}

/// A line break in a value is never meant well; only comments have lines.
std::vector<network::ParameterError> control_characters(const network::Change& change) {
  std::vector<network::ParameterError> errors;
  for (const auto& [key, value] : change.values) {
    if (key.starts_with("comments") || !has_control_character(value)) continue;
    errors.push_back({key, "the value holds a control character or a line break", "leave it out"});
  }
  return errors;
}

void tell_edit(Context& context, const Desk& desk, const transaction::PendingState& after, const Diagnostics& warnings) {
  const auto& paths = context.system.paths();
  const std::string diff =
      unified_diff(desk.state.pending ? paths.pending : paths.interfaces, desk.state.effective(), paths.pending, after.effective());
  context.console.diagnose(warnings);
  if (after.base_changed()) context.console.note(paths.interfaces + " was edited by hand since the pending change was begun");
  if (context.console.json()) {
    boost::json::object document{
        {"changed", !diff.empty()}, {"diff", diff}, {"pending", after.pending.has_value()}, {"digest", after.effective_digest()}};
    document["warnings"] = boost::json::parse(diagnostics_json(warnings));
    context.console.print_document(boost::json::serialize(document));
    return;
  }
  context.console.print(context.console.color_diff(diff));
  if (diff.empty()) {
    context.console.note("Nothing changes: it is so already.");
  } else {
    context.console.note(after.pending ? "Pending; \"drawbridge network apply\" makes it real." : "Nothing is pending any more.");
  }
}

Exit save(Context& context, const Desk& desk, network::Edited edited) {
  if (!edited.document) return refuse_parameters(context, edited.errors);
  const std::string expected = context.arguments().value("digest").value_or(desk.state.effective_digest());
  const auto after = transaction::write_pending(context.system.files(), context.system.clock(), context.system.paths(),
                                                interfaces::print(*edited.document), expected, author());
  if (!after) return context.console.fail(after.error());
  tell_edit(context, desk, *after, edited.warnings);
  return Exit::done;
}

std::string named(const Context& context, std::string_view key) { return context.arguments().value(key).value_or(""); }

}  // namespace

Exit network_set(Context& context) {
  const auto change = read_change(context);
  if (!change) return context.console.fail_usage(change.error().what, change.error().hint);
  if (change->values.empty() && change->removed.empty())
    return context.console.fail_usage("nothing to set", "give KEY=VALUE or --delete KEY");
  if (const auto errors = control_characters(*change); !errors.empty()) return refuse_parameters(context, errors);
  const auto desk = open_desk(context);
  if (!desk) return context.console.fail(desk.error());
  return save(context, *desk,
              network::set_interface(desk->document(), named(context, "IFACE"), *change, desk->context(context.arguments().has("force"))));
}

Exit network_create(Context& context) {
  const auto change = read_change(context);
  if (!change) return context.console.fail_usage(change.error().what, change.error().hint);
  if (const auto errors = control_characters(*change); !errors.empty()) return refuse_parameters(context, errors);
  const auto desk = open_desk(context);
  if (!desk) return context.console.fail(desk.error());
  return save(context, *desk,
              network::create_interface(desk->document(), named(context, "TYPE"), named(context, "IFACE"), *change,
                                        desk->context(context.arguments().has("force"))));
}

Exit network_delete(Context& context) {
  const auto desk = open_desk(context);
  if (!desk) return context.console.fail(desk.error());
  return save(context, *desk,
              network::delete_interface(desk->document(), named(context, "IFACE"), desk->context(context.arguments().has("force"))));
}

Exit network_revert(Context& context) {
  const auto dropped = transaction::revert_pending(context.system.files(), context.system.paths(), named(context, "digest"));
  if (!dropped) return context.console.fail(dropped.error());
  if (context.console.json()) context.console.print_document(boost::json::serialize(boost::json::object{{"reverted", *dropped}}));
  if (!context.console.json()) context.console.note(*dropped ? "The pending changes are gone." : "Nothing was pending.");
  return Exit::done;
}

}  // namespace drawbridge::cli
