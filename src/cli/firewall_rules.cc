// firewall rules LEVEL [list|add|set|move|delete].
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/display.h"
#include "cli/firewall_editing.h"
#include "cli/verbs.h"
#include "firewall/rule_check.h"

namespace drawbridge::cli {
namespace {

namespace json = boost::json;
using firewall::RuleOption;

constexpr std::array kOptions{RuleOption::iface, RuleOption::source, RuleOption::dest, RuleOption::proto,
                              RuleOption::dport, RuleOption::sport,  RuleOption::log,  RuleOption::icmp_type};

json::object errors_object(const firewall::Mistakes& mistakes) {
  json::object errors;
  for (const auto& mistake : mistakes) {
    if (mistake.severity != Severity::error) continue;
    auto& text = errors[mistake.parameter];
    text = text.is_string() ? std::string(text.as_string()) + "; " + mistake.message : mistake.message;
  }
  return errors;
}

json::object rule_json(std::size_t position, const firewall::CheckedRule& rule, std::uint32_t line, const std::string& digest) {
  const auto fields = firewall::fields_of(rule.text);
  json::object item{{"pos", position},
                    {"type", to_lower(printable(fields.type, 40))},
                    {"action", printable(fields.action, 64)},
                    {"enable", fields.enabled ? 1 : 0},
                    {"digest", digest},
                    {"line", line}};
  if (!fields.macro.empty()) item["macro"] = printable(fields.macro, 64);
  for (const RuleOption option : kOptions)
    if (!fields[option].empty()) item[firewall::parameter_of(option)] = printable(fields[option], fields[option].size());
  if (!fields.comment.empty()) item["comment"] = printable(fields.comment, fields.comment.size());
  if (const auto family = firewall::family_of(rule)) item["ipversion"] = *family == Family::ipv4 ? 4 : 6;
  if (auto errors = errors_object(rule.mistakes); !errors.empty()) item["errors"] = std::move(errors);
  return item;
}

std::vector<std::string> rule_row(std::size_t position, const firewall::CheckedRule& rule) {
  const auto fields = firewall::fields_of(rule.text);
  const auto cell = [&](RuleOption option) { return visible(fields[option]); };
  const std::string action = fields.macro.empty() ? visible(fields.action) : visible(fields.macro) + "(" + visible(fields.action) + ")";
  std::vector<std::string> matches;
  for (const RuleOption option : {RuleOption::proto, RuleOption::dport, RuleOption::sport, RuleOption::icmp_type, RuleOption::log})
    if (!fields[option].empty())
      matches.push_back((option == RuleOption::proto ? "" : std::string(firewall::parameter_of(option)) + " ") + cell(option));
  std::string state = fields.enabled ? "" : "off";
  if (!rule.line) state += std::string(state.empty() ? "" : ", ") + "wrong";
  return {std::to_string(position), state,
          visible(fields.type),     action,
          cell(RuleOption::iface),  cell(RuleOption::source),
          cell(RuleOption::dest),   join(matches, " "),
          visible(fields.comment)};
}

/// Findings of the list's rules, at their lines.
Diagnostics findings_of(const firewall::Document& document, std::size_t line, const firewall::CheckedRule& rule) {
  Diagnostics findings;
  for (const auto& mistake : rule.mistakes) {
    findings.push_back(firewall::to_diagnostic(mistake, document.place_of(line)));
    if (!rule.text.enabled) findings.back().severity = Severity::warning;
  }
  return findings;
}

Exit list_rules(Context& context, const FirewallTarget& target) {
  const auto stored = store::read_firewall(context.system.files(), target.path, target.file_level());
  if (!stored) return context.console.fail(stored.error());
  if (target.level == firewall::Level::group && !firewall::find_section(stored->document, firewall::SectionKind::group, target.name))
    return context.console.fail(
        Error{Errc::not_found, "no such security group '" + printable(target.name, 64) + "'", {target.path, 0, 0}, "", 0});
  const auto scope = datacenter_scope(context);
  if (!scope) return context.console.fail(scope.error());
  const firewall::LineChecker checker(stored->document, *scope);
  Table table{.header = {"Pos", "State", "Type", "Action", "Interface", "Source", "Destination", "Matches", "Comment"}, .rows = {}};
  json::array list;
  Diagnostics findings;
  const auto lines = firewall::rule_lines(stored->document, target.rules());
  for (std::size_t position = 0; position < lines.size(); ++position) {
    const std::size_t line = lines[position];
    const auto rule = checker.check_rule(stored->document.text_of(stored->document.lines[line]), target.level);
    const auto more = findings_of(stored->document, line, rule);
    findings.insert(findings.end(), more.begin(), more.end());
    if (context.console.json())
      list.push_back(rule_json(position, rule, static_cast<std::uint32_t>(line + 1), stored->digest));
    else
      table.rows.push_back(rule_row(position, rule));
  }
  if (context.console.json())
    context.console.print_document(json::serialize(list));
  else if (table.rows.empty())
    context.console.note("There are no rules.");
  else
    context.console.print(format_table(table, context.console.width()));
  context.console.diagnose(findings);
  return has_errors(findings) ? Exit::bad_input : Exit::done;
}

std::vector<std::string_view> deleted_fields(const Context& context) {
  std::vector<std::string_view> names;
  for (const std::string& list : context.arguments().list("delete"))
    for (const std::string_view name : split_list(list)) names.push_back(name);
  return names;
}

/// Fields that can't go.
firewall::Mistakes check_deleted(const Context& context) {
  firewall::Mistakes mistakes;
  for (const std::string_view name : deleted_fields(context)) {
    const bool optional = name == "comment" || name == "macro" || name == "enable" ||
                          std::ranges::find(kOptions, name, firewall::parameter_of) != kOptions.end();
    if (optional) continue;
    const bool required = name == "type" || name == "action";
    mistakes.push_back({1, "delete", "field-undeletable",
                        (required ? "unable to delete required property '" + printable(name, 40) + "'"
                                  : "no such property ('" + printable(name, 40) + "')"),
                        "fields that may go are those of --help but type and action"});
  }
  return mistakes;
}

/// What the words behind the verb and the options say, put over what is there. A field set to "" or "-" goes.
std::expected<firewall::RuleFields, UsageError> wanted_fields(const Context& context, const std::vector<std::string>& words,
                                                              firewall::RuleFields fields) {
  if (words.size() > 2) return std::unexpected(UsageError{"too many words", "put a whole rule in quotes, or use options as --source", {}});
  firewall::Mistakes mistakes;
  if (words.size() == 2) fields = firewall::fields_of(firewall::read_rule_text(words[0] + " " + words[1], mistakes));
  if (words.size() == 1) fields = firewall::fields_of(firewall::read_rule_text(words[0], mistakes));
  for (const auto& mistake : mistakes)
    if (mistake.severity == Severity::error) return std::unexpected(UsageError{mistake.message, mistake.hint, {}});
  const auto take = [&](std::string_view name, std::string& field) {
    if (auto value = context.arguments().value(name)) field = *value == "-" ? "" : *value;
  };
  take("type", fields.type);
  take("action", fields.action);
  take("macro", fields.macro);
  take("comment", fields.comment);
  for (const RuleOption option : kOptions) take(firewall::parameter_of(option), fields[option]);
  for (const std::string_view name : deleted_fields(context)) {
    const auto option = std::ranges::find(kOptions, name, firewall::parameter_of);
    if (option != kOptions.end()) fields[*option].clear();
    if (name == "comment") fields.comment.clear();
    if (name == "macro") fields.macro.clear();
    if (name == "enable") fields.enabled = false;
  }
  if (context.arguments().has("enable")) fields.enabled = true;
  if (context.arguments().has("disable")) fields.enabled = false;
  return fields;
}

/// The line, if a rule of these fields may stand there.
std::optional<std::string> checked_line(Context& context, const FirewallTarget& target, const firewall::Document& document,
                                        const firewall::RuleFields& fields, Diagnostics& warnings, Exit& exit) {
  auto line = firewall::format_fields(fields);
  if (!line) {
    exit = context.console.fail(line.error());
    return std::nullopt;
  }
  const auto scope = datacenter_scope(context);
  if (!scope) {
    exit = context.console.fail(scope.error());
    return std::nullopt;
  }
  const auto checked = firewall::LineChecker(document, *scope).check_rule(*line, target.level);
  warnings = to_diagnostics(checked.mistakes);
  if (checked.line) return std::move(*line);
  exit = refuse_mistakes(context, checked.mistakes);
  return std::nullopt;
}

std::expected<std::size_t, UsageError> take_position(std::vector<std::string>& words, std::string_view what) {
  const auto word = take_word(words, what);
  if (!word) return std::unexpected(word.error());
  if (const auto position = parse_number<std::size_t>(*word)) return *position;
  return std::unexpected(
      UsageError{std::string(what) + " can't be \"" + printable(*word, 40) + "\"", "positions count from 0, as \"list\" shows them", {}});
}

Exit refuse(Context& context, const UsageError& error) { return context.console.fail_usage(error.what, error.hint); }

Exit add_rule(Context& context, FirewallTarget& target) {
  if (target.rest.empty())
    return context.console.fail_usage("the rule is missing",
                                      "write it in quotes, or type and action: add IN ACCEPT --proto tcp --dport 22");
  const auto fields = wanted_fields(context, target.rest, {});
  if (!fields) return refuse(context, fields.error());
  auto desk = open_firewall(context, target);
  if (!desk) return context.console.fail(desk.error());
  Diagnostics warnings;
  Exit exit = Exit::done;
  const auto line = checked_line(context, target, desk->stored.document, *fields, warnings, exit);
  if (!line) return exit;
  const auto position = context.arguments().number("pos").value_or(~std::size_t{0});
  return save_firewall(context, *desk, firewall::insert_rule(desk->stored.document, target.rules(), position, *line), warnings);
}

Exit set_rule(Context& context, FirewallTarget& target) {
  const auto position = take_position(target.rest, "POS");
  if (!position) return refuse(context, position.error());
  if (const auto mistakes = check_deleted(context); !mistakes.empty()) return refuse_mistakes(context, mistakes);
  auto desk = open_firewall(context, target);
  if (!desk) return context.console.fail(desk.error());
  const auto& document = desk->stored.document;
  const auto lines = firewall::rule_lines(document, target.rules());
  // A position that isn't there is told by the edit.
  if (*position >= lines.size()) return save_firewall(context, *desk, firewall::delete_rule(document, target.rules(), *position));
  firewall::Mistakes ignored;
  const auto now = firewall::fields_of(firewall::read_rule_text(document.text_of(document.lines[lines[*position]]), ignored));
  const auto fields = wanted_fields(context, target.rest, now);
  if (!fields) return refuse(context, fields.error());
  Diagnostics warnings;
  Exit exit = Exit::done;
  const auto line = checked_line(context, target, document, *fields, warnings, exit);
  if (!line) return exit;
  return save_firewall(context, *desk, firewall::change_rule(document, target.rules(), *position, *line), warnings);
}

Exit move_rule(Context& context, FirewallTarget& target) {
  const auto position = take_position(target.rest, "POS");
  if (!position) return refuse(context, position.error());
  const auto before = take_position(target.rest, "BEFORE");
  if (!before) return refuse(context, before.error());
  auto desk = open_firewall(context, target);
  if (!desk) return context.console.fail(desk.error());
  return save_firewall(context, *desk, firewall::move_rule(desk->stored.document, target.rules(), *position, *before));
}

Exit delete_rule(Context& context, FirewallTarget& target) {
  const auto position = take_position(target.rest, "POS");
  if (!position) return refuse(context, position.error());
  auto desk = open_firewall(context, target);
  if (!desk) return context.console.fail(desk.error());
  return save_firewall(context, *desk, firewall::delete_rule(desk->stored.document, target.rules(), *position));
}

}  // namespace

Exit firewall_rules(Context& context) {
  auto target = read_target(context);
  if (!target) return refuse(context, target.error());
  if (const auto there = check_target(context, *target); !there) return context.console.fail(there.error());
  const std::string verb = take_verb(target->rest);
  if (verb == "list") return list_rules(context, *target);
  if (verb == "add") return add_rule(context, *target);
  if (verb == "set") return set_rule(context, *target);
  if (verb == "move") return move_rule(context, *target);
  if (verb == "delete") return delete_rule(context, *target);
  return context.console.fail_usage("unknown command \"" + printable(verb, 40) + "\"", "it is list, add, set, move or delete");
}

}  // namespace drawbridge::cli
