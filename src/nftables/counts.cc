#include "nftables/counts.h"

#include <algorithm>

#include "nftables/rule_alignment.h"

namespace drawbridge::nftables {
namespace {

const Counter* counter_of(const Rule& rule) {
  for (const Statement& statement : rule.statements)
    if (const auto* counter = std::get_if<Counter>(&statement)) return counter;
  return nullptr;
}

std::vector<Rule> without_comments(std::vector<Rule> rules) {
  for (Rule& rule : rules) rule.comment.clear();
  return rules;
}

bool blocks(const Rule& rule) {
  if (rule.statements.empty()) return false;
  const auto* verdict = std::get_if<Verdict>(&rule.statements.back());
  return std::holds_alternative<RejectWith>(rule.statements.back()) || (verdict && verdict->kind == Verdict::Kind::drop);
}

}  // namespace

bool counts(const Chain& chain) {
  return std::ranges::any_of(chain.rules, [](const Rule& rule) { return counter_of(rule) != nullptr; });
}

Chain carry_counts(const Chain& counted, const Chain& to) {
  Chain made = to;
  for (const auto& [from, at] : common_rules(without_comments(counted.rules), without_comments(to.rules)))
    if (const Counter* counter = counter_of(counted.rules[from]))
      for (Statement& statement : made.rules[at].statements)
        if (auto* own = std::get_if<Counter>(&statement)) *own = *counter;
  return made;
}

std::map<std::string, Counter> sum_counts(const Ruleset& ruleset) {
  std::map<std::string, Counter> sums;
  for (const auto& [family, table] : ruleset.tables)
    for (const auto& [name, chain] : table.chains) {
      const bool is_early = name.contains("/early") || name == "guest-in-early";
      for (const Rule& rule : chain->rules) {
        const Counter* counter = counter_of(rule);
        if (counter == nullptr || (is_early && !blocks(rule))) continue;
        Counter& sum = sums[rule.comment];
        sum.packets += counter->packets;
        sum.bytes += counter->bytes;
      }
    }
  return sums;
}

}  // namespace drawbridge::nftables
