// Random programs and packets for the compiler's tests. Values come from small pools, so that rules and packets meet.
#pragma once

#include <random>
#include <string>

#include "nftables/place.h"
#include "rules/packet.h"
#include "rules/program.h"

namespace drawbridge::nftables {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  rules::Program program(rules::Stage stage) {
    stage_ = stage;
    rules::Program made;
    made.files = {"/etc/pve/firewall/100.fw"};
    made.log_limit.enabled = one_in(2);
    for (const char* name : {"dc/hosts", "dc/mixed"}) {
      rules::AddressSet set;
      set.ipv4 = addresses(rules::Field::ipv4_source, name[3] == 'm');
      set.ipv6 = addresses(rules::Field::ipv6_source, name[3] == 'm');
      made.sets[name] = std::make_shared<const rules::AddressSet>(set);
    }
    for (const auto& [table, field] : {std::pair{"macs", rules::Field::ether_source}, std::pair{"ips", rules::Field::ipv4_source},
                                       std::pair{"targets", rules::Field::nd_target}})
      for (const char* port : {"tap100i0", "tap100i1", "veth7i0", "eno1"})
        if (made.port_tables[table].empty() || !one_in(4)) made.port_tables[table][port] = numbers(field);
    for (const char* port : {"tap100i0", "tap100i1"}) made.port_tables["guests"][port] = rules::NumberSet::of(1 + below(900));
    // Lists that jump to later ones only.
    for (std::size_t at = 0; at < 4; ++at) {
      rules::List list;
      for (std::size_t rule = below(7); rule > 0; --rule)
        list.rules.push_back(!list.rules.empty() && one_in(3) ? another(list.rules.back()) : this->rule(at));
      made.lists[list_name(at)] = std::make_shared<const rules::List>(std::move(list));
    }
    made.stages[stage] = list_name(0);
    made.dispatch_tables["ports"] = {{"tap100i0", list_name(2)}, {"veth7i0", list_name(3)}};
    made.mac_tables["macs"] = {{{"vmbr0", mac_of(2)}, list_name(2)}, {{"vmbr1", mac_of(3)}, list_name(3)}};
    return made;
  }

  rules::Packet packet(rules::Stage stage) {
    using rules::Field;
    stage_ = stage;
    rules::Packet made;
    const Place& place = hooks_of(stage).front().place;
    const bool bridge = place.family == TableFamily::bridge;
    if (place.in) made[rules::NameField::in_port] = name();
    if (place.out) made[rules::NameField::out_port] = name();
    if (place.in && bridge) made[rules::NameField::in_bridge] = one_in(2) ? "vmbr0" : "vmbr1";
    if (place.out && bridge) made[rules::NameField::out_bridge] = one_in(2) ? "vmbr0" : "vmbr1";
    made[Field::packet_type] = below(4);
    made[Field::ether_source] = number(Field::ether_source);
    made[Field::ether_destination] = number(Field::ether_destination);
    made[Field::connection_state] = number(Field::connection_state);
    if (one_in(2)) made[Field::connection_mark] = below(4);
    if (bridge && one_in(3)) made[Field::vlan_id] = number(Field::vlan_id);
    const auto kind = bridge ? below(8) : below(5);
    const rules::Number types[] = {
        rules::kEtherIpv4, rules::kEtherIpv6, rules::kEtherIpv4, rules::kEtherIpv6, rules::kEtherIpv4, rules::kEtherArp, 0x0004, 0x88cc};
    made[Field::ether_type] = types[kind];
    if (made[Field::ether_type] == rules::Number{rules::kEtherArp} && !one_in(4))
      for (const Field field : {Field::arp_operation, Field::arp_source_mac, Field::arp_source_ip, Field::arp_target_ip})
        made[field] = number(field);
    if (kind < 5) add_ip(made, made[Field::ether_type] == rules::Number{rules::kEtherIpv4});
    return made;
  }

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  static std::string list_name(std::size_t at) { return "list " + std::to_string(at); }
  static MacAddress mac_of(std::size_t last) { return MacAddress{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(last)}}; }
  std::string name() {
    static const char* const names[] = {"tap100i0", "tap100i1", "veth7i0", "eno1", "tap2i0"};
    return names[below(5)];
  }

  void add_ip(rules::Packet& made, bool v4) {
    using rules::Field;
    made[Field::ip_version] = v4 ? 4 : 6;
    for (const Field field :
         v4 ? std::array{Field::ipv4_source, Field::ipv4_destination} : std::array{Field::ipv6_source, Field::ipv6_destination})
      made[field] = number(field);
    made[Field::hop_limit] = number(Field::hop_limit);
    made[Field::is_fragment] = one_in(6) ? 1 : 0;
    if (hooks_of(stage_).front().place.family == TableFamily::inet)
      for (const Field field : {Field::source_type, Field::destination_type}) made[field] = number(field);
    const rules::Number protocol = *(made[Field::protocol] = number(Field::protocol));
    if (made[Field::is_fragment] == rules::Number{1}) return;
    if (protocol == 6 || protocol == 17 || protocol == 132)
      for (const Field field : {Field::source_port, Field::destination_port}) made[field] = number(field);
    if (protocol == 6) made[Field::tcp_flags] = number(Field::tcp_flags);
    if (protocol == 17 && v4 && one_in(2)) made[Field::dhcp_client_mac] = number(Field::dhcp_client_mac);
    if (protocol == 1 && v4)
      for (const Field field : {Field::icmp_type, Field::icmp_code}) made[field] = number(field);
    if (protocol == 58 && !v4) {
      for (const Field field : {Field::icmpv6_type, Field::icmpv6_code}) made[field] = number(field);
      if (made[Field::icmpv6_type] == rules::Number{135} || made[Field::icmpv6_type] == rules::Number{136})
        made[Field::nd_target] = number(Field::nd_target);
    }
  }

  rules::Number number(rules::Field field) {
    using rules::Field;
    static constexpr rules::Number kNet6 = rules::Number{0x20010db800000000} << 64U;
    switch (field) {
      case Field::ether_type: return std::array<rules::Number, 4>{0x0800, 0x86dd, 0x0806, 0x88cc}[below(4)];
      case Field::ip_version: return one_in(2) ? 4 : 6;
      case Field::protocol: return std::array<rules::Number, 7>{6, 17, 1, 58, 132, 6, 47}[below(7)];
      case Field::ether_source:
      case Field::ether_destination:
      case Field::arp_source_mac:
      case Field::dhcp_client_mac: return rules::number_of(mac_of(1 + below(4)));
      case Field::ipv4_source:
      case Field::ipv4_destination:
      case Field::arp_source_ip:
      case Field::arp_target_ip: return 0x0a000000 + below(8);
      case Field::ipv6_source:
      case Field::ipv6_destination:
      case Field::nd_target: return kNet6 + below(8);
      case Field::connection_state: return rules::Number{1} << std::array<unsigned, 5>{0, 1, 2, 3, 6}[below(5)];
      case Field::icmpv6_type: return 133 + below(5);
      case Field::hop_limit: return 253 + below(3);
      case Field::is_fragment: return below(2);
      case Field::packet_type: return below(4);
      case Field::source_type:
      case Field::destination_type: return 1 + below(5);
      default: return below(8);
    }
  }

  rules::NumberSet numbers(rules::Field field) {
    std::vector<rules::Interval> intervals;
    for (std::size_t count = below(4); count > 0; --count) {
      const rules::Number first = number(field);
      const bool range = field != rules::Field::connection_state && one_in(3);
      intervals.push_back({first, std::min(first + (range ? below(3) : 0), rules::largest(rules::width_of(field)))});
    }
    return rules::NumberSet(std::move(intervals));
  }

  /// Enough single hosts that they are kept apart from networks.
  rules::NumberSet addresses(rules::Field field, bool many) {
    rules::NumberSet few = numbers(field);
    if (!many) return few;
    std::vector<rules::Interval> intervals(few.intervals().begin(), few.intervals().end());
    for (rules::Number at = 0; at < 300; ++at)
      intervals.push_back({number(field) / 16 * 16 + 1000 + 2 * at, number(field) / 16 * 16 + 1000 + 2 * at});
    for (auto& interval : intervals)
      if (interval.last < interval.first) interval.last = interval.first;
    return rules::NumberSet(std::move(intervals));
  }

  rules::Condition condition() {
    using rules::Field;
    const Place& place = hooks_of(stage_).front().place;
    const bool bridge = place.family == TableFamily::bridge;
    if (one_in(6)) {
      static const std::vector<rules::Names> names{
          {"tap100i0"}, {"tap1*"}, {"tap*", "tap100i0"}, {"eno1", "veth7i0"}, {"tap100*", "veth*"}};
      return rules::NameTest{place.in ? rules::NameField::in_port : rules::NameField::out_port, names[below(names.size())], one_in(3)};
    }
    if (one_in(6)) {
      const auto side = place.in ? rules::NameField::in_port : rules::NameField::out_port;
      if (bridge && one_in(2))
        return rules::Test{one_in(2) ? Field::ether_source : Field::arp_source_mac, rules::PortTable{"macs", side}, one_in(2)};
      if (one_in(2)) return rules::Test{Field::ipv4_source, rules::PortTable{"ips", side}, one_in(2)};
      return rules::Test{Field::nd_target, rules::PortTable{"targets", side}, one_in(2)};
    }
    if (one_in(8)) {
      const Field fields[] = {Field::ipv4_source, Field::ipv6_destination, Field::nd_target};
      return rules::Test{fields[below(3)], rules::SetName{one_in(2) ? "dc/hosts" : "dc/mixed"}, one_in(3)};
    }
    if (one_in(8)) return rules::Test{Field::tcp_flags, numbers(Field::tcp_flags), one_in(3), 5};
    Field field = static_cast<Field>(below(rules::kFields));
    while (field == Field::over_syn_limit || (bridge && (field == Field::source_type || field == Field::destination_type)) ||
           (!bridge && (field == Field::vlan_id || field == Field::ether_source || field == Field::ether_destination)) || one_in(2)) {
      static constexpr Field kUsual[] = {Field::protocol,    Field::destination_port, Field::source_port,      Field::ipv4_source,
                                         Field::ip_version,  Field::ether_type,       Field::connection_state, Field::icmpv6_type,
                                         Field::is_fragment, Field::hop_limit};
      field = kUsual[below(10)];
      break;
    }
    if (field == Field::connection_mark) return rules::Test{field, rules::NumberSet::of(below(4)), one_in(3)};
    return rules::Test{field, numbers(field), one_in(3)};
  }

  rules::Action action(std::size_t list) {
    const Place& place = hooks_of(stage_).front().place;
    const auto side = place.in ? rules::NameField::in_port : rules::NameField::out_port;
    switch (below(11)) {
      case 0: return rules::Jump{list_name(std::min<std::size_t>(list + 1, 3))};
      case 1: return rules::Reject{static_cast<rules::Reject::With>(below(4))};
      case 2: return rules::Return{};
      case 3: return rules::Dispatch{side, "ports"};
      case 4:
        return place.in && place.family == TableFamily::bridge ? rules::Action{rules::DispatchByMac{"macs"}} : rules::Action{rules::Drop{}};
      case 5: return one_in(3) ? rules::Action(rules::LabelConnection{{"guests", side}}) : rules::MarkConnection{{"guests", side}};
      case 6: return rules::Continue{};
      case 7:
      case 8: return rules::Accept{};
      default: return rules::Drop{};
    }
  }

  rules::Rule rule(std::size_t list) {
    rules::Rule made;
    for (std::size_t count = below(4); count > 0; --count) made.conditions.push_back(condition());
    made.action = action(list);
    while (list > 1 && (std::holds_alternative<rules::Dispatch>(made.action) || std::holds_alternative<rules::DispatchByMac>(made.action) ||
                        (list == 3 && std::holds_alternative<rules::Jump>(made.action))))
      made.action = action(list);
    if (one_in(6)) made.log = rules::Log{.level = 6, .vmid = 100, .chain = "tap100i0-IN", .text = "DROP: "};
    made.origin = {.file = 0, .line = ++line_};
    return made;
  }

  /// The same rule with other numbers in one condition, as people write them below each other.
  rules::Rule another(rules::Rule rule) {
    rule.origin.line = ++line_;
    for (rules::Condition& condition : rule.conditions) {
      auto* test = std::get_if<rules::Test>(&condition);
      if (test == nullptr || !std::holds_alternative<rules::NumberSet>(test->values) || test->field == rules::Field::connection_mark)
        continue;
      test->values = numbers(test->field);
      break;
    }
    return rule;
  }

  std::mt19937_64 engine_;
  rules::Stage stage_ = rules::Stage::guest_out;
  std::uint32_t line_ = 0;
};

}  // namespace drawbridge::nftables
