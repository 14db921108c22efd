// What must hold for any files resolved together: the datacenter's, and after each line "=" a guest's, the node's, a network's.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "firewall/firewall_rule_fuzz_body.h"

namespace drawbridge::firewall {

inline Documents split_documents(std::string_view bytes) {
  std::array<std::string, 4> texts;
  std::size_t at = 0;
  for (const auto line : split(bytes, '\n')) {
    if (line == "=" && at + 1 < texts.size())
      ++at;
    else
      texts[at] += std::string(line) + "\n";
  }
  Documents documents{document_of(texts[0], Level::datacenter), document_of(texts[2], Level::node), {}, {}};
  documents.guests.emplace(100, document_of(texts[1], Level::guest));
  documents.vnets.emplace("web", document_of(texts[3], Level::vnet));
  return documents;
}

/// Lines of the file that have errors: none of them may be in force.
inline std::set<std::uint32_t> wrong_lines(const Diagnostics& findings, const std::string& file) {
  std::set<std::uint32_t> lines;
  for (const auto& finding : findings)
    if (finding.severity == Severity::error && finding.where.file == file) lines.insert(finding.where.line);
  return lines;
}

inline std::string check_rules(const std::vector<RuleLine>& rules, const Datacenter& datacenter, const Diagnostics& findings,
                               const Document& document) {
  const auto wrong = wrong_lines(findings, *document.path);
  for (const RuleLine& line : rules) {
    const Place& place = std::visit([](const auto& one) -> const Place& { return one.place; }, line);
    if (wrong.contains(place.line)) return "a line with errors is in force";
    if (place.line == 0 || place.line > document.lines.size() || document.lines[place.line - 1].kind != LineKind::rule)
      return "a rule from no line";
    if (document.text_of(document.lines[place.line - 1]).find('|') == 0) return "a rule that is switched off is in force";
    if (const auto* use = std::get_if<GroupUse>(&line)) {
      if (!datacenter.groups.contains(use->group)) return "a group that is none";
      continue;
    }
    for (const Match& match : std::get<Rule>(line).matches)
      if (auto broken = check_match(match); !broken.empty()) return broken;
  }
  return "";
}

inline std::string check_resolving(std::string_view bytes) {
  const Documents documents = split_documents(bytes);
  const auto resolved = resolve(documents, small_machine());
  const auto& policy = resolved.value;
  for (const auto& finding : resolved.diagnostics)
    if (finding.where.line == 0 || finding.where.column == 0 || finding.hint.empty() || finding.code.empty() ||
        format_diagnostic(finding).find('\0') != std::string::npos)
      return "an unprintable or homeless finding, or one without a cure";
  if (policy.datacenter.management == nullptr || policy.datacenter.local_networks.empty()) return "no management network";
  const auto check = [&](const std::vector<RuleLine>& rules, const Document& document) {
    return check_rules(rules, policy.datacenter, resolved.diagnostics, document);
  };
  if (auto broken = check(policy.datacenter.rules, documents.datacenter); !broken.empty()) return broken;
  if (auto broken = check(policy.node.rules, documents.node); !broken.empty()) return broken;
  for (const auto& [name, rules] : policy.datacenter.groups) {
    if (std::ranges::any_of(rules, [](const RuleLine& line) { return std::holds_alternative<GroupUse>(line); }))
      return "a group in a group";
    if (auto broken = check(rules, documents.datacenter); !broken.empty()) return broken;
  }
  for (const auto& [vmid, guest] : policy.guests)
    if (auto broken = check(guest.rules, documents.guests.at(vmid)); !broken.empty()) return broken;
  for (const auto& [name, vnet] : policy.vnets)
    if (auto broken = check(vnet.rules, documents.vnets.at(name)); !broken.empty()) return broken;
  return "";
}

}  // namespace drawbridge::firewall
