#include "nftables/text.h"

#include <fmt/format.h>

namespace drawbridge::nftables {
namespace {

using rules::Number;

std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (const char letter : text) made += letter == '"' ? '\'' : letter;  // nft has no escapes
  return made + "\"";
}

std::string format_keys(const Keys& keys) {
  std::string text;
  for (const Key key : keys) {
    if (!text.empty()) text += " . ";
    text += facts_of(key).text;
  }
  return text;
}

bool masks(Key key, Number mask) { return (~mask & rules::largest(bits_of(key))) != 0; }

/// " & 0x17": what stands between key and value.
std::string format_mask(Key key, Number mask) {
  if (!masks(key, mask)) return facts_of(key).mask == 0x1fff ? " & 0x1fff" : "";
  return fmt::format(" & {}", format_value(key, mask & rules::largest(bits_of(key))));
}

std::string format_rate(const Rate& rate) {
  const std::string_view unit = rate.seconds == 60 ? "minute" : rate.seconds == 3600 ? "hour" : rate.seconds == 86400 ? "day" : "second";
  return fmt::format("{}/{} burst {} packets", rate.rate, unit, rate.burst);
}

struct FormatStatement {
  std::string operator()(const Compare& compare) const {
    if (compare.key == Key::arp_format) return "arp htype 1 arp ptype 0x0800 arp hlen 6 arp plen 4";
    const std::string mask = format_mask(compare.key, compare.mask);
    // Flags without an operator would mean any of them.
    const bool flags = facts_of(compare.key).type == DataType::tcp_flag;
    const std::string_view equal = compare.negated ? "!= " : !mask.empty() || flags ? "== " : "";
    return fmt::format("{}{} {}{}", facts_of(compare.key).text, mask, equal, format_interval(compare.key, compare.values));
  }
  std::string operator()(const Lookup& lookup) const {
    const std::string mask = lookup.keys.count == 1 ? format_mask(lookup.keys.key[0], lookup.mask) : "";
    return fmt::format("{}{} {}@{}", format_keys(lookup.keys), mask, lookup.negated ? "!= " : "", lookup.set);
  }
  std::string operator()(const VerdictLookup& lookup) const { return fmt::format("{} vmap @{}", format_keys(lookup.keys), lookup.map); }
  std::string operator()(const Verdict& verdict) const {
    switch (verdict.kind) {
      case Verdict::Kind::accept: return "accept";
      case Verdict::Kind::drop: return "drop";
      case Verdict::Kind::jump: return "jump " + verdict.chain;
      case Verdict::Kind::go_back: return "return";
    }
    return "drop";
  }
  std::string operator()(const RejectWith& reject) const {
    if (reject.type == RejectWith::Type::tcp_reset) return "reject with tcp reset";
    if (reject.type == RejectWith::Type::icmp) return "reject with icmp host-prohibited";
    return reject.code == 1 ? "reject with icmpx port-unreachable" : "reject with icmpx admin-prohibited";
  }
  std::string operator()(const LogTo& log) const { return fmt::format("log prefix {} group {}", quoted(log.prefix), log.group); }
  std::string operator()(const Limit& limit) const { return "limit rate " + format_rate(limit.rate); }
  std::string operator()(const LimitEach& limit) const {
    return fmt::format("add @{} {{ {}{} limit rate over {} }}", limit.set, facts_of(limit.key).text, format_mask(limit.key, limit.mask),
                       format_rate(limit.rate));
  }
  std::string operator()(const SetMark& set) const { return fmt::format("ct mark set {} map @{}", facts_of(set.key).text, set.map); }
  std::string operator()(const SetLabel& set) const { return fmt::format("ct label set {} map @{}", facts_of(set.key).text, set.map); }
  std::string operator()(const SetZone& set) const { return fmt::format("ct zone set {}", set.zone); }
  std::string operator()(const SetZoneFrom& set) const { return fmt::format("ct zone set {} map @{}", facts_of(set.key).text, set.map); }
  std::string operator()(const Foreign& foreign) const { return fmt::format("[{}]", foreign.what); }
  std::string operator()(const SetHelper& set) const { return fmt::format("ct helper set {}", quoted(set.object)); }
  std::string operator()(const QueueTo& queue) const {
    return queue.first == queue.last ? fmt::format("queue num {} bypass", queue.first)
                                     : fmt::format("queue num {}-{} bypass", queue.first, queue.last);
  }
  std::string operator()(const Counter&) const { return "counter"; }
};

std::string format_value(const MapValue& value) {
  if (const auto* verdict = std::get_if<Verdict>(&value)) return FormatStatement{}(*verdict);
  if (const auto* number = std::get_if<std::uint32_t>(&value)) return fmt::format("0x{:x}", *number);
  // nft's labels are numbers of bits.
  std::string text;
  for (unsigned bit = 0; bit < 128; ++bit)
    if ((std::get<Number>(value) >> bit & 1U) != 0) text += fmt::format("{}{}", text.empty() ? "" : " | ", bit);
  return text;
}

std::string format_type(const Set& set) {
  bool all_typed = set.kind != Set::Kind::zone_map && set.kind != Set::Kind::label_map;
  for (const Key key : set.keys) all_typed = all_typed && facts_of(key).type != DataType::integer;
  std::string text = all_typed ? "type " : "typeof ";
  for (std::size_t at = 0; at < set.keys.count; ++at) {
    const KeyFacts& facts = facts_of(set.keys.key.at(at));
    text += fmt::format("{}{}", at == 0 ? "" : " . ", all_typed ? facts_of(facts.type).word : facts.text);
  }
  if (set.kind == Set::Kind::verdict_map) text += " : verdict";
  if (set.kind == Set::Kind::mark_map) text += " : mark";
  if (set.kind == Set::Kind::zone_map) text += " : ct zone";
  if (set.kind == Set::Kind::label_map) text += " : ct label";
  return text;
}

std::string_view family_word(TableFamily family) { return word_of(family); }

}  // namespace

std::string_view word_of(TableFamily family) { return family == TableFamily::inet ? "inet" : "bridge"; }

std::string_view word_of(Hook hook) {
  switch (hook) {
    case Hook::prerouting: return "prerouting";
    case Hook::input: return "input";
    case Hook::forward: return "forward";
    case Hook::output: return "output";
    case Hook::postrouting: return "postrouting";
  }
  return "";
}

std::string format_rule(const Rule& rule) {
  std::string text;
  for (const Statement& statement : rule.statements) {
    if (!text.empty()) text += ' ';
    text += std::visit(FormatStatement{}, statement);
  }
  return text;
}

std::string format_chain(const std::string& name, const Chain& chain) {
  std::string text = fmt::format("\tchain {} {{\n", name);
  if (chain.base)
    text += fmt::format("\t\ttype filter hook {} priority {}; policy accept;\n", word_of(chain.base->hook), chain.base->priority);
  for (const Rule& rule : chain.rules) {
    text += fmt::format("\t\t{}", format_rule(rule));
    text += rule.comment.empty() ? "\n" : fmt::format(" comment {}\n", quoted(rule.comment));
  }
  return text + "\t}\n";
}

std::string format_elements(const Set& set) {
  std::string text = "{ ";
  for (std::size_t element = 0; element < set.size(); ++element) {
    if (element != 0) text += ", ";
    for (std::size_t at = 0; at < set.keys.count; ++at)
      text += (at == 0 ? "" : " . ") + format_interval(set.keys.key.at(at), set.parts[element * set.keys.count + at]);
    if (!set.values.empty()) text += " : " + format_value(set.values[element]);
  }
  return text + " }";
}

std::string format_set(const std::string& name, const Set& set) {
  const bool map = set.kind != Set::Kind::set && set.kind != Set::Kind::dynamic;
  std::string text = fmt::format("\t{} {} {{\n\t\t{}\n", map ? "map" : "set", name, format_type(set));
  if (set.intervals) text += "\t\tflags interval\n";
  if (set.kind == Set::Kind::dynamic)
    text += fmt::format("\t\tsize 65535\n\t\tflags dynamic,timeout\n\t\ttimeout {}s\n", set.timeout_seconds);
  if (!set.parts.empty()) text += fmt::format("\t\telements = {}\n", format_elements(set));
  return text + "\t}\n";
}

std::string format_helper(const std::string& name, const Helper& helper) {
  return fmt::format("\tct helper {} {{\n\t\ttype \"{}\" protocol {}\n\t}}\n", name, helper.name, helper.protocol == 6 ? "tcp" : "udp");
}

std::string format_ruleset(const Ruleset& ruleset) {
  std::string text;
  for (const auto& [family, table] : ruleset.tables) {
    const std::string_view word = family_word(family);
    text += fmt::format("table {0} {1} {{}}\ndelete table {0} {1}\ntable {0} {1} {{\n", word, ruleset.name);
    for (const auto& [name, helper] : table.helpers) text += format_helper(name, helper);
    for (const auto& [name, set] : table.sets) text += format_set(name, *set);
    for (const auto& [name, chain] : table.chains) text += format_chain(name, *chain);
    text += "}\n";
  }
  return text;
}

}  // namespace drawbridge::nftables
