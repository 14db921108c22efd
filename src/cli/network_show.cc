// show: the table that administrators know, or the objects of the REST list.
#include "base/text.h"
#include "cli/display.h"
#include "cli/inputs.h"
#include "cli/verbs.h"
#include "network/show.h"

namespace drawbridge::cli {
namespace {

std::string yes_no(bool value) { return value ? "Yes" : "No"; }
std::string yes_no(const std::optional<bool>& value) { return value ? yes_no(*value) : ""; }

Table make_table(const std::vector<network::ShowRow>& rows, bool with_altnames) {
  Table table{.header = {"Name", "Type", "Active", "Autostart", "VLAN aware", "Ports/Slaves", "Bond Mode", "CIDR", "Gateway", "Comment"},
              .rows = {}};
  for (const network::ShowRow& row : rows) {
    std::string name = row.name;
    if (with_altnames && !row.altnames.empty()) name += "\n" + join(row.altnames, "\n");
    table.rows.push_back({std::move(name), row.type, yes_no(row.active), yes_no(row.autostart), yes_no(row.vlan_aware), row.ports,
                          row.bond_mode, join(row.cidrs, "\n"), join(row.gateways, "\n"), row.comment});
  }
  return table;
}

Diagnostics errors_of(const Source& source, const network::Model& model) {
  Diagnostics errors;
  for (const auto* list : {&source.configuration.diagnostics, &model.diagnostics}) {
    for (const Diagnostic& diagnostic : *list) {
      if (diagnostic.severity == Severity::error) errors.push_back(diagnostic);
    }
  }
  sort_diagnostics(errors);
  return errors;
}

}  // namespace

Exit network_show(Context& context) {
  const auto source = shown_source(context);
  if (!source) return context.console.fail(source.error());
  const auto kernel = kernel_for_show(context);
  const network::Model model = network::make_model(source->configuration, kernel ? &*kernel : nullptr);
  if (context.console.json()) {
    context.console.print_document(network::show_json(model, kernel ? &*kernel : nullptr));
  } else {
    const auto rows = network::show_rows(model, kernel ? &*kernel : nullptr);
    context.console.print(format_table(make_table(rows, context.console.verbose() > 0), context.console.width()));
    if (source->pending) context.console.note("This is the pending configuration; \"drawbridge network diff\" shows what it changes.");
  }
  const Diagnostics errors = errors_of(*source, model);
  context.console.diagnose(errors);
  return errors.empty() ? Exit::done : Exit::bad_input;
}

}  // namespace drawbridge::cli
