// Rules and groups as people wrote them.
#include <algorithm>

#include "base/text.h"
#include "firewall/build_parts.h"

namespace drawbridge::firewall {
namespace {

using rules::Field;

/// The families a match stands for, one rule each; both at once (nullopt) where nothing asks which.
std::vector<std::optional<Family>> families_of(const Match& match) {
  if (match.family) return {match.family};
  const bool asks = !std::holds_alternative<std::monostate>(match.source) || !std::holds_alternative<std::monostate>(match.destination);
  if (asks) return {Family::ipv4, Family::ipv6};
  return {std::nullopt};
}

std::string_view chain_word(Direction direction) {
  switch (direction) {
    case Direction::in: return "in";
    case Direction::out: return "out";
    case Direction::forward: return "forward";
  }
  return "in";
}

std::string upper(std::string_view word) {
  std::string text(word);
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

void add_protocol(std::vector<rules::Condition>& to, const Match& match) {
  if (match.protocol) to.push_back(is(Field::protocol, *match.protocol));
  if (match.source_ports) to.push_back(is(Field::source_port, *match.source_ports));
  if (match.destination_ports) to.push_back(is(Field::destination_port, *match.destination_ports));
  const bool is_v6 = match.protocol == std::uint8_t{58};
  if (match.icmp_type) to.push_back(is(is_v6 ? Field::icmpv6_type : Field::icmp_type, *match.icmp_type));
  if (match.icmp_code) to.push_back(is(is_v6 ? Field::icmpv6_code : Field::icmp_code, *match.icmp_code));
}

}  // namespace

rules::Origin Builder::origin_of(const Place& place) {
  static const std::string kUnknown = "?";
  const std::string& name = place.file ? *place.file : kUnknown;
  auto known = file_numbers_.find(name);
  if (known == file_numbers_.end()) {
    auto& files = program_.files;
    // Of a program that is there already only the files that were asked for are known by number.
    auto found = had_files_ ? std::ranges::find(files, name) : files.end();
    if (found == files.end()) found = files.insert(files.end(), name);
    known = file_numbers_.emplace(name, static_cast<std::uint32_t>(found - files.begin())).first;
  }
  return {.file = known->second, .line = place.line};
}

rules::SetName Builder::set_of(const AddressSetPointer& set) {
  if (!program_.sets.contains(set->id)) {
    const auto origin = set->place.file ? origin_of(set->place) : rules::Origin{.reason = "what the node knows"};
    program_.sets[set->id] = std::make_shared<const rules::AddressSet>(rules::AddressSet{set->ipv4, set->ipv6, origin});
  }
  return {set->id};
}

std::optional<std::vector<rules::Condition>> Builder::interface_conditions(const std::string& interface, const Side& side) const {
  std::vector<rules::Condition> conditions;
  if (interface.empty()) return conditions;
  if (side.slot) return interface == "net" + std::to_string(*side.slot) ? std::optional(conditions) : std::nullopt;
  const auto field = side.direction == Direction::out ? rules::NameField::out_port : rules::NameField::in_port;
  conditions.push_back(on(field, {interface}));
  return conditions;
}

void Builder::add_rules(std::vector<rules::Rule>& to, const std::vector<RuleLine>& lines, const Side& side) {
  for (const RuleLine& line : lines) {
    if (const auto* use = std::get_if<GroupUse>(&line)) {
      add_group(to, *use, side);
    } else {
      add_rule(to, std::get<Rule>(line), side);
    }
  }
}

void Builder::add_rule(std::vector<rules::Rule>& to, const Rule& rule, const Side& side) {
  if (rule.direction != side.direction) return;
  const auto at_interface = interface_conditions(rule.interface, side);
  if (!at_interface) return;
  const auto origin = origin_of(rule.place);
  rules::Action action = side.accept;
  if (rule.verdict == Verdict::drop) action = rules::Drop{};
  if (rule.verdict == Verdict::reject) action = rules::Jump{"reject"};
  std::optional<rules::Log> log;
  if (rule.log)
    log = rules::Log{.level = syslog_level(*rule.log),
                     .vmid = side.vmid,
                     .chain = side.chain,
                     .text = std::string(word_of_verdict(rule.verdict)) + ": "};
  for (const Match& match : rule.matches) {
    for (const auto family : families_of(match)) {
      auto conditions = *at_interface;
      const auto address = [&](const Addresses& addresses, Field v4, Field v6) {
        const Field field = family == Family::ipv6 ? v6 : v4;
        if (const auto* set = std::get_if<rules::NumberSet>(&addresses)) conditions.push_back(is(field, *set));
        if (const auto* set = std::get_if<AddressSetPointer>(&addresses)) conditions.push_back(rules::Test{field, set_of(*set)});
        return !std::holds_alternative<std::monostate>(addresses);
      };
      const bool has_source = address(match.source, Field::ipv4_source, Field::ipv6_source);
      const bool has_destination = address(match.destination, Field::ipv4_destination, Field::ipv6_destination);
      if (!has_source && !has_destination) {
        if (family) conditions.push_back(is(Field::ip_version, static_cast<std::uint64_t>(*family)));
        if (!family && !match.protocol) conditions.push_back(is(Field::ip_version, numbers({4, 6})));
      }
      add_protocol(conditions, match);
      to.push_back({.conditions = std::move(conditions), .action = action, .log = log, .origin = origin});
    }
  }
}

void Builder::add_group(std::vector<rules::Rule>& to, const GroupUse& use, const Side& side) {
  const auto group = policy_.datacenter.groups.find(use.group);
  auto conditions = interface_conditions(use.interface, side);
  if (group == policy_.datacenter.groups.end() || !conditions) return;
  const bool logs = std::ranges::any_of(group->second, [](const RuleLine& line) {
    const auto* rule = std::get_if<Rule>(&line);
    return rule && rule->log;
  });
  std::string name = "group/" + use.group + "/" + std::string(chain_word(side.direction));
  if (const auto* queue = std::get_if<rules::Queue>(&side.accept))
    name += "/queue-" + std::to_string(queue->first) + "-" + std::to_string(queue->last);
  if (logs && side.vmid != 0) name = "guest/" + std::to_string(side.vmid) + "/" + name;
  if (!program_.lists.contains(name)) {
    Side within = side;
    within.slot.reset();
    within.chain = "GROUP-" + use.group + "-" + upper(chain_word(side.direction));
    std::vector<rules::Rule> rules;
    for (const RuleLine& line : group->second)
      if (const auto* rule = std::get_if<Rule>(&line)) add_rule(rules, *rule, within);
    put(name, std::move(rules));
  }
  to.push_back({.conditions = std::move(*conditions), .action = rules::Jump{name}, .log = {}, .origin = origin_of(use.place)});
}

}  // namespace drawbridge::firewall
