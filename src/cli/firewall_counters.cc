// firewall counters: what each rule has matched.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_marks.h"
#include "cli/firewall_paths.h"
#include "cli/rule_enforcer.h"
#include "cli/service.h"
#include "cli/verbs.h"
#include "daemon/client.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;

struct Row {
  std::string file;        ///< empty: nobody's line
  std::uint32_t line = 0;  ///< from 1
  std::string text;        ///< the line, or what the rule is for
  nftables::Counter counter;
};

Row row_of(Context& context, const std::string& origin, const nftables::Counter& counter) {
  const auto colon = origin.rfind(':');
  const auto line = colon == std::string::npos ? std::nullopt : parse_number<std::uint32_t>(std::string_view(origin).substr(colon + 1));
  if (!line || *line == 0) return {{}, 0, origin, counter};
  const std::string file = origin.substr(0, colon);
  return {file, *line, line_of_file(context, file, *line), counter};
}

/// Lines of files in their order, then built-in rules.
std::vector<Row> rows_of(Context& context, const std::map<std::string, nftables::Counter>& counts) {
  std::vector<Row> rows;
  for (const auto& [origin, counter] : counts) rows.push_back(row_of(context, origin, counter));
  std::ranges::stable_sort(rows, {}, [](const Row& row) { return std::tuple(row.file.empty(), row.file, row.line); });
  return rows;
}

json::object row_json(const Row& row) {
  json::object made;
  if (!row.file.empty()) made = {{"file", row.file}, {"line", row.line}};
  made["text"] = printable(row.text, row.text.size() * 4);
  made["packets"] = row.counter.packets;
  made["bytes"] = row.counter.bytes;
  return made;
}

Exit print_counts(Context& context, bool counting, const std::vector<Row>& rows) {
  if (context.console.json()) {
    json::array lines, built_in;
    for (const Row& row : rows) (row.file.empty() ? built_in : lines).push_back(row_json(row));
    context.console.print_document(
        json::serialize(json::object{{"counting", counting}, {"rules", std::move(lines)}, {"built_in", std::move(built_in)}}));
    return Exit::done;
  }
  if (!counting) context.console.note("Rules do not count what they match: \"drawbridge firewall counters on\" lets them.");
  if (rows.empty()) return Exit::done;
  Table table{.header = {"Packets", "Bytes", "Where", "Rule"}, .rows = {}};
  for (const Row& row : rows)
    table.rows.push_back({std::to_string(row.counter.packets), std::to_string(row.counter.bytes),
                          row.file.empty() ? "-" : visible(row.file) + ":" + std::to_string(row.line), visible(row.text)});
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

Exit switch_counters(Context& context, bool on) {
  if (const auto set = set_mark(context, counters_mark(context.system.paths()), on); !set) return context.console.fail(set.error());
  if (context.console.json()) context.console.print_document(json::serialize(json::object{{"counting", on}}));
  context.console.note(on ? "Rules count what they match." : "Rules do not count any more.");
  if (!daemon::is_served(service_socket(context.system.root())))
    context.console.note("The service does not run: so it is from the next \"drawbridge firewall start\" on.");
  return Exit::done;
}

}  // namespace

Exit firewall_counters(Context& context) {
  if (const auto word = context.arguments().value("WHAT")) return switch_counters(context, *word == "on");
  auto& system = context.system;
  const auto enforcer = RuleEnforcer::open(system.files(), system.clock(), system.paths());
  if (!enforcer) return context.console.fail(enforcer.error());
  const auto counts = (*enforcer)->counts();
  if (!counts) return context.console.fail(counts.error());
  tell_if_stopped(context);
  return print_counts(context, system.files().read(counters_mark(system.paths())).has_value(), rows_of(context, *counts));
}

}  // namespace drawbridge::cli
