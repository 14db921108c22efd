// What must hold for any bytes read as a line of a firewall file. Shared by the fuzz target and by the unit test that runs its
// corpus.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "firewall/edit.h"
#include "firewall/firewall_testing.h"
#include "firewall/item_text.h"
#include "firewall/rule_check.h"

namespace drawbridge::firewall {

inline std::string check_mistakes(const Mistakes& mistakes, std::size_t length) {
  for (const Mistake& mistake : mistakes) {
    if (mistake.column == 0 || mistake.column > length + 1) return "a mistake outside the line: " + mistake.message;
    if (mistake.message.empty() || mistake.hint.empty() || mistake.parameter.empty()) return "a mistake without message, cure or parameter";
    if (format_diagnostic(to_diagnostic(mistake, {})).find('\0') != std::string::npos) return "an unprintable mistake";
  }
  return "";
}

inline std::string check_addresses(const Addresses& addresses, const std::optional<Family>& family) {
  if (const auto* set = std::get_if<AddressSetPointer>(&addresses)) return *set == nullptr ? "a set that is none" : "";
  const auto* numbers = std::get_if<rules::NumberSet>(&addresses);
  if (numbers == nullptr) return "";
  if (!family) return "addresses of no family";
  if (numbers->is_empty()) return "addresses that are none";
  return numbers->intervals().back().last > rules::largest(*family == Family::ipv4 ? 32 : 128) ? "addresses beyond their family" : "";
}

inline std::string check_match(const Match& match) {
  for (const auto* addresses : {&match.source, &match.destination})
    if (auto broken = check_addresses(*addresses, match.family); !broken.empty()) return broken;
  for (const auto* ports : {&match.source_ports, &match.destination_ports}) {
    if (!*ports) continue;
    if (!match.protocol || !has_ports(*match.protocol)) return "ports without a protocol that has them";
    if ((*ports)->is_empty() || (*ports)->intervals().back().last > 0xffff) return "ports that are none";
  }
  if (match.icmp_code && !match.icmp_type) return "an ICMP code without type";
  if (match.icmp_type && match.protocol != (match.family == Family::ipv4 ? kIcmp : kIcmpv6)) return "an ICMP type of another protocol";
  return "";
}

inline bool same_match(const Match& a, const Match& b) {
  return a.family == b.family && a.source == b.source && a.destination == b.destination && a.protocol == b.protocol &&
         a.source_ports == b.source_ports && a.destination_ports == b.destination_ports && a.icmp_type == b.icmp_type &&
         a.icmp_code == b.icmp_code;
}

inline bool same_rule(const RuleLine& a, const RuleLine& b) {
  if (a.index() != b.index()) return false;
  if (const auto* use = std::get_if<GroupUse>(&a))
    return use->group == std::get<GroupUse>(b).group && use->interface == std::get<GroupUse>(b).interface;
  const auto& left = std::get<Rule>(a);
  const auto& right = std::get<Rule>(b);
  return left.direction == right.direction && left.verdict == right.verdict && left.interface == right.interface && left.log == right.log &&
         std::ranges::equal(left.matches, right.matches, same_match);
}

/// What is understood says the same when it is written in the usual form.
inline std::string check_rewriting(const LineChecker& checker, Level level, const CheckedRule& rule, std::string_view line) {
  const auto written = format_fields(fields_of(rule.text));
  // What is not UTF-8 can be read, not written.
  if (!written) return is_utf8(line) && !has_control_character(rule.text.comment) ? "a rule that can't be written" : "";
  const CheckedRule again = checker.check_rule(*written, level);
  if (!again.line || !same_rule(*rule.line, *again.line)) return "another rule when it is written: " + *written;
  if (again.text.enabled != rule.text.enabled || again.text.comment != trim(rule.text.comment))
    return "another state or comment: " + *written;
  return format_fields(fields_of(again.text)).value_or("") == *written ? "" : "the usual form is not the usual form: " + *written;
}

inline const LineChecker& fuzz_checker(Level level) {
  static const auto kDatacenter =
      resolve_datacenter(document_of("[ALIASES]\na4 10.0.0.0/8\na6 fd00::/8\n[IPSET set1]\na4\n!10.0.0.1\n[IPSET hole]\n!x\n[group g1]\n",
                                     Level::datacenter),
                         small_machine())
          .value;
  static const LineChecker kGuest(document_of("[ALIASES]\nme 10.0.0.7\n[IPSET own]\nme\n", Level::guest), kDatacenter);
  static const LineChecker kOther(document_of("", Level::node), kDatacenter);
  return level == Level::guest ? kGuest : kOther;
}

inline std::string check_rule_line(std::string_view line) {
  for (const Level level : {Level::node, Level::guest, Level::group, Level::vnet}) {
    const CheckedRule rule = fuzz_checker(level).check_rule(line, level);
    if (auto broken = check_mistakes(rule.mistakes, line.size()); !broken.empty()) return broken;
    if (rule.line.has_value() == has_errors(rule.mistakes)) return "a rule with errors, or errors without a rule";
    if (!rule.line) continue;
    if (const auto* one = std::get_if<Rule>(&*rule.line)) {
      for (const Match& match : one->matches)
        if (auto broken = check_match(match); !broken.empty()) return broken;
      if (one->verdict == Verdict::reject && one->direction == Direction::forward) return "a rejection of what is forwarded";
    }
    if (auto broken = check_rewriting(fuzz_checker(level), level, rule, line); !broken.empty()) return broken;
  }
  return "";
}

inline std::string check_line(std::string_view line) {
  Mistakes mistakes;
  read_option_text(line, mistakes);
  read_alias_text(line, mistakes);
  read_entry_text(line, mistakes);
  if (auto broken = check_mistakes(mistakes, line.size()); !broken.empty()) return broken;
  if (auto broken = check_mistakes(fuzz_checker(Level::guest).check_entry(line), line.size()); !broken.empty()) return broken;
  return check_rule_line(line);
}

}  // namespace drawbridge::firewall
