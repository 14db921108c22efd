// firewall options LEVEL [list|set].
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_desk.h"
#include "cli/firewall_editing.h"
#include "cli/verbs.h"
#include "firewall/item_text.h"
#include "firewall/options.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;
using firewall::OptionType;

/// What the file sets: the last line of each key.
std::map<std::string, std::string> set_values(const firewall::Document& document) {
  std::map<std::string, std::string> values;
  for (const auto& line : document.lines) {
    if (line.kind != firewall::LineKind::option) continue;
    firewall::Mistakes mistakes;
    const auto option = firewall::read_option_text(document.text_of(line), mistakes);
    if (mistakes.empty()) values[to_lower(option.key.text)] = option.value.text;
  }
  return values;
}

json::value value_json(const firewall::OptionSpec* spec, const std::string& text) {
  const bool number =
      spec != nullptr && (spec->type == OptionType::flag || spec->type == OptionType::enable || spec->type == OptionType::number);
  if (number) {
    if (const auto value = parse_number<std::uint64_t>(text)) return *value;
    if (const auto on = firewall::switch_of(text)) return *on ? 1 : 0;
  }
  return json::value(printable(text, text.size() * 4));
}

Exit list_options(Context& context, const FirewallTarget& target) {
  const auto stored = store::read_firewall(context.system.files(), target.path, target.level);
  if (!stored) return context.console.fail(stored.error());
  auto values = set_values(stored->document);
  if (context.console.json()) {
    json::object document;
    for (const auto& [key, text] : values) document[printable(key)] = value_json(firewall::find_option(target.level, key), text);
    document["digest"] = stored->digest;
    context.console.print_document(json::serialize(document));
    return Exit::done;
  }
  Table table{.header = {"Option", "Value", "Default", "What it is"}, .rows = {}};
  for (const auto& spec : firewall::option_specs(target.level)) {
    const auto set = values.extract(std::string(spec.key));
    table.rows.push_back({std::string(spec.key), set ? visible(set.mapped()) : "", std::string(spec.usual), std::string(spec.help)});
  }
  for (const auto& [key, text] : values) table.rows.push_back({visible(key), visible(text), "", "(not known here)"});
  context.console.print(format_table(table, context.console.width()));
  return Exit::done;
}

using Values = std::vector<std::pair<std::string, std::string>>;

/// KEY=VALUE words.
std::expected<Values, UsageError> read_values(const std::vector<std::string>& words) {
  Values values;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return std::unexpected(UsageError{"'" + printable(word, 40) + "' sets nothing", "write KEY=VALUE", {}});
    values.emplace_back(to_lower(word.substr(0, equals)), word.substr(equals + 1));
  }
  return values;
}

/// A line that is not known here may go all the same.
bool is_set_there(Context& context, const FirewallTarget& target, const std::string& key) {
  const auto stored = store::read_firewall(context.system.files(), target.path, target.level);
  return stored && set_values(stored->document).contains(to_lower(key));
}

/// enable=2 and above, for the datacenter: on for 60 s from now, as the file has it.
void begin_trial_of_old(Context& context, firewall::Level level, Values& values) {
  if (level != firewall::Level::datacenter) return;
  for (auto& [key, value] : values)
    if (key == "enable" && parse_number<std::uint64_t>(value).value_or(0) > 1) value = std::to_string(unix_time(context.system.clock()));
}

Exit set_options(Context& context, const FirewallTarget& target) {
  auto values = read_values(target.rest);
  if (!values) return context.console.fail_usage(values.error().what, values.error().hint);
  std::vector<std::string> removed;
  for (const std::string& list : context.arguments().list("delete"))
    for (const std::string_view key : split_list(list)) removed.emplace_back(key);
  begin_trial_of_old(context, target.level, *values);
  if (values->empty() && removed.empty()) return context.console.fail_usage("nothing to set", "give KEY=VALUE or --delete KEY");
  const auto tables = store::read_name_tables(context.system.files(), context.system.root());
  firewall::Mistakes mistakes;
  for (const auto& [key, value] : *values) {
    const auto more = firewall::check_option(target.level, key, value, tables);
    mistakes.insert(mistakes.end(), more.begin(), more.end());
  }
  for (const auto& key : removed)
    if (firewall::find_option(target.level, key) == nullptr && !is_set_there(context, target, key))
      mistakes.push_back({1, "delete", "option-unknown", "no such option '" + printable(key, 40) + "'", "\"list\" shows which there are"});
  if (!mistakes.empty()) return refuse_mistakes(context, mistakes);
  for (auto& [key, value] : *values) value = firewall::canonical_value(*firewall::find_option(target.level, key), value);
  auto desk = open_firewall(context, target);
  if (!desk) return context.console.fail(desk.error());
  return save_firewall(context, *desk, firewall::set_options(desk->stored.document, *values, removed));
}

}  // namespace

Exit firewall_options(Context& context) {
  auto target = read_target(context);
  if (!target) return context.console.fail_usage(target.error().what, target.error().hint);
  if (const auto there = check_target(context, *target); !there) return context.console.fail(there.error());
  if (target->level == firewall::Level::group)
    return context.console.fail_usage("groups have no options", "LEVEL is datacenter, node, guest VMID or vnet NAME");
  const bool assigns = !target->rest.empty() && target->rest.front().find('=') != std::string::npos;
  const bool deletes = target->rest.empty() && context.arguments().has("delete");
  const std::string verb = assigns || deletes ? "set" : take_verb(target->rest);
  if (verb == "list") return list_options(context, *target);
  if (verb == "set") return set_options(context, *target);
  return context.console.fail_usage("unknown command \"" + printable(verb, 40) + "\"", "it is list or set");
}

}  // namespace drawbridge::cli
