// What must hold for any bytes read as a firewall file, and for edits of it.
#pragma once

#include <string>
#include <string_view>

#include "firewall/edit.h"
#include "firewall/firewall_testing.h"
#include "firewall/references.h"

namespace drawbridge::firewall {

inline std::string check_document_lines(const Document& document) {
  std::string joined;
  std::uint32_t section = 0;
  for (const Line& line : document.lines) {
    joined += document.bytes_of(line);
    if (line.section != section && line.kind != LineKind::header) return "a section without a header";
    section = line.section;
    const SectionKind kind = document.section_of(line).kind;
    if (line.kind == LineKind::rule && kind != SectionKind::rules && kind != SectionKind::group) return "a rule in no list";
    if (line.kind == LineKind::option && kind != SectionKind::options) return "an option under another header";
  }
  if (joined != document.bytes) return "the lines are not the bytes";
  for (const auto& finding : document.diagnostics)
    if (finding.where.line == 0 || finding.where.column == 0 || finding.hint.empty()) return "a homeless finding, or one without a cure";
  return "";
}

inline std::vector<std::string> rule_texts(const Document& document, const RuleList& list) {
  std::vector<std::string> texts;
  for (const std::size_t line : rule_lines(document, list)) texts.emplace_back(document.text_of(document.lines[line]));
  return texts;
}

inline std::string check_rule_edits(const Document& document) {
  auto rules = rule_texts(document, {});
  const auto now = insert_rule(document, {}, rules.size() / 2, "IN DROP");
  if (!now) return "a rule can't be inserted";
  rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(rules.size() / 2), "IN DROP");
  if (rule_texts(*now, {}) != rules) return "the rules are not those that were, and the new one";
  const auto moved = move_rule(*now, {}, rules.size() - 1, 0);
  if (!moved) return "a rule can't be moved";
  std::rotate(rules.begin(), rules.end() - 1, rules.end());
  if (rule_texts(*moved, {}) != rules) return "a move did something else";
  const auto gone = delete_rule(*moved, {}, 0);
  if (!gone || rule_texts(*gone, {}) != std::vector<std::string>(rules.begin() + 1, rules.end())) return "a deletion did something else";
  return "";
}

inline std::string check_name_edits(const Document& document) {
  auto now = set_options(document, {{"policy_in", "DROP"}}, {});
  if (!now) return "an option can't be set";
  if (find_section(document, SectionKind::ipset, "zz9")) return "";
  now = create_section(*now, SectionKind::ipset, "zz9", "new");
  if (!now || !find_section(*now, SectionKind::ipset, "zz9")) return "a set can't be made";
  now = add_entry(*now, "zz9", {"10.0.0.0/8", false, ""});
  if (!now || !find_entry_line(*now, "zz9", "10.0.0.0/8")) return "an entry can't be added";
  Tree tree{*now, {}, {}, {}};
  const auto renamed = rename(tree, {NameKind::ipset, std::nullopt, "zz9"}, "zz8");
  if (find_section(document, SectionKind::ipset, "zz8")) return renamed ? "two sets of one name" : "";
  if (!renamed || !find_entry_line(renamed->datacenter, "zz8", "10.0.0.0/8")) return "a set can't be renamed";
  const auto gone = delete_section(renamed->datacenter, SectionKind::ipset, "zz8");
  if (!gone || find_section(*gone, SectionKind::ipset, "zz8")) return "a set can't be deleted";
  if (rule_texts(*gone, {}) != rule_texts(document, {})) return "edits of names changed rules";
  return "";
}

inline std::string check_document(std::string_view bytes) {
  for (const Level level : {Level::datacenter, Level::node, Level::guest, Level::vnet}) {
    const Document document = document_of(std::string(bytes), level);
    if (print(document) != bytes) return "print(parse(x)) differs from x";
    if (auto broken = check_document_lines(document); !broken.empty()) return broken;
    if (auto broken = check_rule_edits(document); !broken.empty()) return broken;
  }
  return check_name_edits(document_of(std::string(bytes), Level::datacenter));
}

}  // namespace drawbridge::firewall
