#include "nftables/rule_maker.h"

#include <fmt/format.h>

#include <array>

#include "nftables/merge.h"
#include "packetlog/record.h"

namespace drawbridge::nftables {
namespace {

constexpr std::size_t kCommentBytes = 120;  // nft's own limit is 128

}  // namespace

std::size_t worth_a_set(const rules::Program& program) {
  std::size_t ports = 0;
  for (const auto& [name, table] : program.dispatch_tables) ports = std::max(ports, table.size());
  return ports < 64 ? 2 : ports < 1024 ? 6 : ports < 4096 ? 12 : 24;
}

std::string RuleMaker::origin(const rules::Origin& origin) const {
  if (origin.line == 0 || origin.file >= program_.files.size()) return std::string(origin.reason);
  return fmt::format("{}:{}", program_.files[origin.file], origin.line);
}

/// "100.fw:7", for the log: its prefix has no room for folders. Empty for what is nobody's line.
std::string RuleMaker::line_of(const rules::Origin& origin) const {
  if (origin.line == 0 || origin.file >= program_.files.size()) return {};
  const std::string_view path = program_.files[origin.file];
  return fmt::format("{}:{}", path.substr(path.rfind('/') + 1), origin.line);
}

Error RuleMaker::located(Error error, const rules::Origin& origin) const {
  if (error.where == SourceLocation{} && origin.line != 0 && origin.file < program_.files.size()) {
    error.where.file = program_.files[origin.file];
    error.where.line = origin.line;
  }
  return error;
}

/// Lines of the same file after the first are their numbers alone.
std::string RuleMaker::comment_of(const rules::List& list, const std::vector<std::size_t>& members) const {
  std::string comment;
  for (const std::size_t member : members) {
    const rules::Origin& from = list.rules[member].origin;
    const std::string next = origin(from);
    const auto colon = next.rfind(':');
    const bool same_file = !comment.empty() && from.line != 0 && comment.starts_with(next.substr(0, colon + 1));
    comment += comment.empty() ? next : same_file ? "," + next.substr(colon + 1) : ", " + next;
  }
  return comment;
}

Result<std::vector<Rule>> RuleMaker::rules_of(const rules::List& list, std::size_t worth) {
  made_.clear();
  const auto all = [&](const auto& members) -> Result<void> {
    for (const std::size_t member : members) TRY_VOID(add_rule(list.rules[member], origin(list.rules[member].origin)));
    return {};
  };
  if (!options_.merge || options_.counters) {
    for (const rules::Rule& rule : list.rules) TRY_VOID(add_rule(rule, origin(rule.origin)));
    return std::move(made_);
  }
  for (const MergedRule& merged : merge_rules(list)) {
    if (merged.members.size() < worth)
      TRY_VOID(all(merged.members));
    else
      TRY_VOID(add_rule(merged.rule, comment_of(list, merged.members)));
  }
  return std::move(made_);
}

Result<void> RuleMaker::add_rule(const rules::Rule& rule, const std::string& comment) {
  auto ways = translate_conditions(rule, program_, place_, pool_);
  if (!ways) return fail(located(std::move(ways.error()), rule.origin));
  for (Way& way : *ways) {
    auto parts = with_action(std::move(way), rule);
    if (!parts) return fail(located(std::move(parts.error()), rule.origin));
    for (const auto& [part, action] : *parts) add_way(part, rule, action, comment);
  }
  return {};
}

void RuleMaker::add_way(const Way& way, const rules::Rule& rule, std::span<const Statement> action, const std::string& comment) {
  std::string_view tail = comment;
  if (tail.size() > kCommentBytes) tail.remove_suffix(tail.size() - kCommentBytes);
  // There are tens of thousands of these, kept for as long as the service runs: no room is left in them.
  Rule made{{}, std::string(tail)};
  made.statements.reserve(way.statements.size() + action.size() + (rule.log && !program_.log_limit.enabled) + options_.counters);
  made.statements = way.statements;
  if (rule.log) {
    std::string prefix = packetlog::format_prefix(
        {.vmid = rule.log->vmid, .level = rule.log->level, .chain = rule.log->chain, .text = rule.log->text, .rule = line_of(rule.origin)});
    if (program_.log_limit.enabled) {
      static constexpr std::array<std::uint64_t, 4> kSeconds{1, 60, 3600, 86400};
      const Rate rate{program_.log_limit.rate, kSeconds.at(static_cast<std::size_t>(program_.log_limit.per)), program_.log_limit.burst};
      Rule logged = made;
      logged.statements.emplace_back(Limit{rate});
      logged.statements.emplace_back(LogTo{std::move(prefix), 0});
      made_.push_back(std::move(logged));
    } else {
      made.statements.emplace_back(LogTo{std::move(prefix), 0});
    }
  }
  if (options_.counters) made.statements.emplace_back(Counter{});
  made.statements.insert(made.statements.end(), action.begin(), action.end());
  if (made.statements.size() > way.statements.size()) made_.push_back(std::move(made));
}

Result<std::vector<RuleMaker::Part>> RuleMaker::with_action(Way way, const rules::Rule& rule) {
  if (way.counts && rule.log && program_.log_limit.enabled)
    return fail(Errc::unsupported, "a limited log of connection attempts over the limit");
  if (const auto* reject = std::get_if<rules::Reject>(&rule.action)) return with_rejection(std::move(way), *reject);
  std::vector<Statement> action = TRY(actions_(rule.action));
  std::vector<Part> parts;
  parts.emplace_back(std::move(way), std::move(action));
  return parts;
}

/// Several rules if the answer depends on the packet.
Result<std::vector<RuleMaker::Part>> RuleMaker::with_rejection(Way way, const rules::Reject& reject) {
  using With = rules::Reject::With;
  using Type = RejectWith::Type;
  const std::vector<Statement> drop{Verdict{Verdict::Kind::drop, {}}};
  std::vector<Part> parts;
  const auto add = [&](Way part, Type type, std::uint8_t code) {
    parts.emplace_back(std::move(part), std::vector<Statement>{RejectWith{type, code}});
  };
  if (!place_.rejects) {
    parts.emplace_back(std::move(way), drop);
  } else if (way.counts) {
    return fail(Errc::unsupported, "rejecting connection attempts over the limit");
  } else if (reject.with == With::tcp_reset) {
    const bool all_tcp = way.protocols == rules::NumberSet::of(6);
    add(all_tcp ? way : restricted_to_protocol(way, 6), Type::tcp_reset, 0);
    if (!all_tcp) parts.emplace_back(std::move(way), drop);
  } else if (reject.with == With::port_unreachable) {
    add(std::move(way), Type::icmpx, 1);
  } else if (reject.with == With::admin_prohibited) {
    add(std::move(way), Type::icmpx, 3);
  } else {  // "host prohibited" is IPv4's; IPv6 has its administrator only
    const bool all_v4 = way.ether_types == rules::NumberSet::of(rules::kEtherIpv4);
    if (way.ether_types.contains(rules::kEtherIpv4)) add(all_v4 ? way : restricted_to_ipv4(way, place_.family), Type::icmp, 10);
    if (!all_v4) add(std::move(way), Type::icmpx, 3);
  }
  return parts;
}

}  // namespace drawbridge::nftables
