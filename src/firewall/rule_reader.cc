#include "firewall/rule_reader.h"

#include <algorithm>

#include "base/text.h"
#include "firewall/address_spec.h"
#include "firewall/icmp_types.h"
#include "firewall/macros.h"
#include "firewall/port_spec.h"

namespace drawbridge::firewall {
namespace {

/// What the rule itself says, before a macro adds its lines.
struct Wanted {
  std::optional<Family> family;
  std::optional<std::uint8_t> protocol;
  Addresses source;
  Addresses destination;
  std::optional<rules::NumberSet> source_ports;
  std::optional<rules::NumberSet> destination_ports;
  std::optional<IcmpType> icmp;
};

class Reader {
 public:
  Reader(const RuleText& text, const RulePlace& place, Place where, Mistakes& mistakes)
      : text_(text), place_(place), where_(std::move(where)), mistakes_(mistakes), mistakes_before_(mistakes.size()) {}

  std::optional<RuleLine> read() {
    if (text_.type == RuleType::unknown || !text_.action.given()) return std::nullopt;
    check_type();
    return text_.type == RuleType::group ? read_group() : read_rule();
  }

 private:
  const Word& option(RuleOption key) const { return text_[key]; }

  void complain(const Word& word, std::string_view parameter, std::string_view code, std::string message, std::string hint,
                Severity severity = Severity::error) {
    mistakes_.push_back({word.column == 0 ? 1 : word.column, parameter, code, std::move(message), std::move(hint), severity});
  }

  bool failed() const {
    return std::any_of(mistakes_.begin() + static_cast<std::ptrdiff_t>(mistakes_before_), mistakes_.end(),
                       [](const Mistake& mistake) { return mistake.severity == Severity::error; });
  }

  void check_type() {
    const RuleType type = text_.type;
    const Level level = place_.level;
    const bool guest = level == Level::guest && type == RuleType::forward;
    const bool vnet = level == Level::vnet && (type == RuleType::in || type == RuleType::out);
    const bool group = level == Level::group && type == RuleType::group;
    if (guest) complain(text_.type_word, "type", "type-misplaced", "a guest forwards nothing", "write IN or OUT");
    if (vnet) complain(text_.type_word, "type", "type-misplaced", "a network only forwards", "write FORWARD or GROUP");
    if (group) complain(text_.type_word, "type", "type-misplaced", "a group can't use a group", "copy the rules into it");
  }

  std::optional<RuleLine> read_group() {
    const std::string name = to_lower(text_.action.text);
    if (!std::ranges::binary_search(place_.groups, name))
      complain(text_.action, "action", "group-unknown", "there is no group '" + printable(text_.action.text, 40) + "'",
               hint_for_group(name));
    std::string interface = read_interface();
    if (failed()) return std::nullopt;
    return GroupUse{name, std::move(interface), std::move(where_)};
  }

  std::string hint_for_group(const std::string& name) const {
    const auto names = [&] {
      const auto some = place_.groups.first(std::min<std::size_t>(place_.groups.size(), 200));
      return std::vector<std::string>(some.begin(), some.end());
    };
    return suggest(mistakes_, name, names, "define it in cluster.fw: [group name]");
  }

  std::optional<RuleLine> read_rule() {
    Rule rule;
    rule.direction = static_cast<Direction>(text_.type);
    rule.place = std::move(where_);
    const auto verdict = read_verdict();
    const Macro* macro = read_macro();
    rule.interface = read_interface();
    if (rule.direction == Direction::forward && option(RuleOption::iface).given() && place_.level != Level::vnet &&
        place_.level != Level::group)
      complain(option(RuleOption::iface), "iface", "iface-misplaced", "a FORWARD rule can't name an interface: which of both would it be?",
               "name addresses instead");
    Wanted wanted;
    read_protocol(wanted);
    read_both_addresses(wanted, verdict);
    read_matches(wanted);
    rule.log = read_log();
    if (failed() || !verdict) return std::nullopt;
    rule.verdict = *verdict;
    if (!expand(wanted, macro, rule.matches)) return std::nullopt;
    return rule;
  }

  std::optional<Verdict> read_verdict() {
    const auto verdict = verdict_of(text_.action.text);
    if (!verdict)
      complain(text_.action, "action", "action-unknown", "'" + printable(text_.action.text, 40) + "' is nothing that can be done",
               !text_.macro.given() && find_macro(text_.action.text) != nullptr
                   ? "a macro needs to be told: write " + std::string(text_.action.text) + "(ACCEPT)"
                   : "write ACCEPT, DROP or REJECT");
    if (verdict == Verdict::reject && text_.type == RuleType::forward)
      complain(text_.action, "action", "action-misplaced", "forwarded packets can't be rejected", "write DROP");
    return verdict;
  }

  const Macro* read_macro() {
    if (!text_.macro.given()) return nullptr;
    const Macro* macro = find_macro(text_.macro.text);
    if (macro != nullptr) return macro;
    const auto names = [] {
      std::vector<std::string> all;
      for (const Macro& one : macros()) all.emplace_back(one.name);
      return all;
    };
    complain(text_.macro, "macro", "macro-unknown", "there is no macro '" + printable(text_.macro.text, 40) + "'",
             suggest(mistakes_, text_.macro.text, names, "\"drawbridge firewall macros\" lists those there are"));
    return nullptr;
  }

  std::string read_interface() {
    const Word& word = option(RuleOption::iface);
    if (!word.given()) return {};
    if (place_.level == Level::group || place_.level == Level::vnet) {
      complain(word, "type", "iface-misplaced",
               place_.level == Level::group ? "the rules of a group name no interface" : "the rules of a network name no interface",
               place_.level == Level::group ? "name it where the group is used: GROUP name -i interface" : "name addresses instead");
    } else if (place_.level == Level::guest) {
      const auto slot = word.text.starts_with("net") ? parse_number<std::uint8_t>(word.text.substr(3)) : std::nullopt;
      if (slot && *slot < guest::kNicSlots && word.text == "net" + std::to_string(*slot)) return std::string(word.text);
      complain(word, "iface", "iface-invalid", "'" + printable(word.text, 40) + "' is no card of a guest", "write net0 to net31");
    } else if (is_device_name(word.text)) {
      const auto found =
          std::ranges::lower_bound(place_.altnames, word.text, {}, [](const auto& pair) { return std::string_view(pair.first); });
      return found != place_.altnames.end() && found->first == word.text ? found->second : std::string(word.text);
    } else if (const auto found =
                   std::ranges::find(place_.altnames, word.text, [](const auto& pair) { return std::string_view(pair.first); });
               found != place_.altnames.end()) {
      return found->second;  // altnames may be longer than names
    } else {
      complain(word, "iface", "iface-invalid", "'" + printable(word.text, 40) + "' can't be the name of a device",
               "write the name of one device, without wildcards and address labels: at most 15 characters");
    }
    return {};
  }

  void read_protocol(Wanted& wanted) {
    const Word& word = option(RuleOption::proto);
    if (!word.given()) return;
    if (word.text == "icmp") wanted.family = Family::ipv4;
    if (word.text == "icmpv6" || word.text == "ipv6-icmp") wanted.family = Family::ipv6;
    const bool digits = std::ranges::all_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
    wanted.protocol = digits ? parse_number<std::uint8_t>(word.text) : find_protocol(place_.tables, word.text);
    if (!wanted.protocol) {
      const std::string lower = to_lower(word.text.substr(0, kLongestName));
      complain(
          word, "proto", "proto-unknown", "'" + printable(word.text, 40) + "' is no protocol",
          find_protocol(place_.tables, lower) ? "write it in small letters" : "write a number from 0 to 255, or a name of /etc/protocols");
    } else if (*wanted.protocol == 0) {
      complain(word, "proto", "proto-zero", "protocol 0 is not \"any\": this matches hop-by-hop options of IPv6 at most",
               "leave the protocol out to match all", Severity::warning);
    }
  }

  bool takes_family(Wanted& wanted, const std::optional<Family>& family, const Word& word, std::string_view parameter) {
    if (!family || !wanted.family || *family == *wanted.family) {
      if (family) wanted.family = family;
      return true;
    }
    complain(word, parameter, "family-mixed", "the rule is of IPv4 and of IPv6 at once", "make two rules");
    return false;
  }

  void read_both_addresses(Wanted& wanted, std::optional<Verdict> verdict) {
    // What can't be told may be meant to accept.
    const bool accepts = verdict.value_or(Verdict::accept) == Verdict::accept;
    for (const RuleOption key : {RuleOption::source, RuleOption::dest}) {
      const Word& word = option(key);
      if (!word.given()) continue;
      auto spec = read_addresses(word, parameter_of(key), place_.scope, accepts, mistakes_);
      if (!spec || !takes_family(wanted, spec->family, word, parameter_of(key))) continue;
      (key == RuleOption::source ? wanted.source : wanted.destination) = std::move(spec->addresses);
    }
  }

  bool is_icmp() const {
    const std::string_view word = option(RuleOption::proto).text;
    return word == "icmp" || word == "icmpv6" || word == "ipv6-icmp";
  }

  void read_matches(Wanted& wanted) {
    const Word& type = option(RuleOption::icmp_type);
    const bool by_port = option(RuleOption::dport).given() && is_icmp();
    if (type.given()) {
      if (!option(RuleOption::proto).given()) {
        complain(type, "proto", "proto-missing", "an ICMP type needs a protocol", "add -p icmp, or -p icmpv6");
      } else if (!is_icmp()) {
        complain(type, "icmp-type", "icmp-misplaced", "only ICMP has such types", "write -p icmp, or -p icmpv6");
      } else if (option(RuleOption::dport).given()) {
        complain(type, "icmp-type", "icmp-twice", "the ICMP type is told twice, by -icmp-type and by -dport", "take -dport out");
      } else {
        read_icmp(wanted, type, "icmp-type");
      }
    } else if (by_port) {
      read_icmp(wanted, option(RuleOption::dport), "dport");
    }
    if (!by_port) wanted.destination_ports = read_port_option(wanted, RuleOption::dport);
    wanted.source_ports = read_port_option(wanted, RuleOption::sport);
  }

  void read_icmp(Wanted& wanted, const Word& word, std::string_view parameter) {
    const Family family = option(RuleOption::proto).text == "icmp" ? Family::ipv4 : Family::ipv6;
    wanted.icmp = read_icmp_type(word.text, family);
    if (wanted.icmp) return;
    const auto names = [&] {
      std::vector<std::string> all;
      for (const IcmpName& one : icmp_names())
        if (one.family == family) all.emplace_back(one.name);
      return all;
    };
    complain(word, parameter, "icmp-unknown",
             "'" + printable(word.text, 40) + "' is no type of " + (family == Family::ipv4 ? "ICMP" : "ICMPv6"),
             suggest(mistakes_, word.text, names, "write a name, a type (0 to 255), or type/code"));
  }

  std::optional<rules::NumberSet> read_port_option(const Wanted& wanted, RuleOption key) {
    const Word& word = option(key);
    if (!word.given()) return std::nullopt;
    if (wanted.protocol && has_ports(*wanted.protocol))
      return read_ports(word, parameter_of(key), *wanted.protocol, place_.tables, mistakes_);
    if (!option(RuleOption::proto).given()) complain(word, "proto", "proto-missing", "ports need a protocol", "add -p tcp or -p udp");
    complain(word, parameter_of(key), "port-misplaced",
             wanted.protocol ? "this protocol has no ports" : "it can't be told what ports these are",
             "tcp, udp, sctp, dccp and udplite have ports");
    return std::nullopt;
  }

  std::optional<LogLevel> read_log() {
    const Word& word = option(RuleOption::log);
    if (!word.given()) return std::nullopt;
    if (const auto log = log_word_of(word.text)) return log->level;
    complain(word, "log", "log-unknown", "'" + printable(word.text, 40) + "' is no log level",
             "write emerg, alert, crit, err, warning, notice, info, debug or nolog");
    return std::nullopt;
  }

  static Match match_of(Wanted wanted) {
    Match match;
    match.family = wanted.family;
    match.source = std::move(wanted.source);
    match.destination = std::move(wanted.destination);
    match.protocol = wanted.protocol;
    match.source_ports = std::move(wanted.source_ports);
    match.destination_ports = std::move(wanted.destination_ports);
    if (wanted.icmp) {
      match.icmp_type = wanted.icmp->type;
      match.icmp_code = wanted.icmp->code;
    }
    return match;
  }

  /// False if the macro says otherwise than the rule.
  bool expand(Wanted& wanted, const Macro* macro, std::vector<Match>& matches) {
    if (macro == nullptr) {
      matches.push_back(match_of(std::move(wanted)));
      return true;
    }
    matches.reserve(macro->lines.size());
    for (const MacroLine& line : macro->lines) {
      if (line.family && wanted.family && *line.family != *wanted.family) continue;
      Match match = match_of(wanted);
      if (!add_line(line, match)) return false;
      matches.push_back(std::move(match));
    }
    if (matches.empty())
      complain(text_.macro, "macro", "macro-empty",
               "the macro " + std::string(macro->name) + " is of the other family: the rule matches nothing",
               "take the addresses out, or write addresses of the macro's family", Severity::warning);
    return true;
  }

  template <class Value>
  bool merge(std::optional<Value>& into, const std::optional<Value>& macro, RuleOption key) {
    if (!macro) return true;
    if (into && *into != *macro) {
      complain(option(key), parameter_of(key), "macro-conflict", "the macro sets '" + std::string(parameter_of(key)) + "' to another value",
               "take it out, or write the rule without the macro");
      return false;
    }
    into = macro;
    return true;
  }

  bool add_line(const MacroLine& line, Match& match) {
    if (line.family) match.family = line.family;
    return merge(match.protocol, std::optional(line.protocol), RuleOption::proto) &&
           merge(match.destination_ports, line.destination_ports, RuleOption::dport) &&
           merge(match.source_ports, line.source_ports, RuleOption::sport) && merge(match.icmp_type, line.icmp_type, RuleOption::icmp_type);
  }

  const RuleText& text_;
  const RulePlace& place_;
  Place where_;
  Mistakes& mistakes_;
  std::size_t mistakes_before_;
};

}  // namespace

std::optional<RuleLine> read_rule(const RuleText& text, const RulePlace& place, Place where, Mistakes& mistakes) {
  return Reader(text, place, std::move(where), mistakes).read();
}

}  // namespace drawbridge::firewall
