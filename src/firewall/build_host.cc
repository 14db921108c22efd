// Traffic of the host, routed traffic, and named networks.
#include <array>

#include "firewall/build_parts.h"

namespace drawbridge::firewall {
namespace {

using rules::Accept;
using rules::ConnectionState;
using rules::Drop;
using rules::Field;
using rules::NameField;
using rules::NumberSet;

rules::Rule known() {
  return built_in({in_state({ConnectionState::established, ConnectionState::related})}, Accept{}, "established connections");
}
rules::Rule invalid() { return built_in({in_state({ConnectionState::invalid})}, Drop{}, "invalid for conntrack"); }

NumberSet management_ports() { return NumberSet({{22, 22}, {3128, 3128}, {5900, 5999}, {8006, 8006}, {60000, 60050}}); }

struct Helper {
  std::string_view name;
  std::uint8_t protocol;
  std::uint16_t port;
  bool both;  ///< families; else IPv4 only
};
constexpr std::array<Helper, 9> kHelpers{{{"amanda", 17, 10080, true},
                                          {"ftp", 6, 21, true},
                                          {"irc", 6, 6667, false},
                                          {"netbios-ns", 17, 137, false},
                                          {"pptp", 6, 1723, false},
                                          {"sane", 6, 6566, true},
                                          {"sip", 17, 5060, true},
                                          {"snmp", 17, 161, false},
                                          {"tftp", 17, 69, true}}};

}  // namespace

void Builder::add_raw() {
  const auto& options = policy_.node.options;
  if (options.synflood) {
    program_.syn_limit = rules::SynLimit{options.synflood_rate, options.synflood_burst, options.tcp_timeout_syn_recv.value_or(60)};
    stage(rules::Stage::raw, "raw",
          {built_in({rules::Test{Field::tcp_flags, NumberSet::of(2), false, 0x17}, is(Field::over_syn_limit, 1)}, Drop{},
                    "protection_synflood")});
  }
  std::vector<rules::Rule> list;
  for (const std::string& name : options.helpers) {
    for (const Helper& helper : kHelpers) {
      if (helper.name != name) continue;
      std::vector<rules::Condition> conditions{is(Field::protocol, helper.protocol), is(Field::destination_port, helper.port)};
      if (!helper.both) conditions.push_back(is(Field::ip_version, 4));
      list.push_back(built_in(std::move(conditions), rules::SetHelper{name, helper.protocol}, "nf_conntrack_helpers"));
    }
  }
  if (!list.empty()) stage(rules::Stage::helpers, "helpers", std::move(list));
}

void Builder::add_host() {
  add_host_in();
  add_host_out();
}

void Builder::add_host_in() {
  const auto& options = policy_.node.options;
  const Side side{.direction = Direction::in, .vmid = 0, .chain = "PVEFW-HOST-IN", .accept = Accept{}, .slot = {}};
  std::vector<rules::Rule> list{built_in({on(NameField::in_port, {"lo"})}, Accept{}, "loopback")};
  if (!options.allow_invalid) list.push_back(invalid());
  list.push_back(known());
  if (options.ndp) add_discovery(list, {133, 134, 135, 136}, Accept{});
  add_blacklist(list, "PVEFW-blacklist");
  add_smurfs(list, false);
  add_flags(list);
  list.push_back(built_in({is(Field::ip_version, 4), is(Field::protocol, 2)}, Accept{}, "IGMP"));
  add_rules(list, policy_.node.rules, side);
  add_rules(list, policy_.datacenter.rules, side);
  if (policy_.datacenter.management) {
    const auto management = set_of(policy_.datacenter.management);
    for (const Field field : {Field::ipv4_source, Field::ipv6_source})
      list.push_back(built_in({rules::Test{field, management}, is(Field::protocol, 6), is(Field::destination_port, management_ports())},
                              Accept{}, "management"));
  }
  add_cluster(list, Direction::in);
  add_policy(list, policy_.datacenter.options.policy_in, side, options.log_in, false, "policy_in of the datacenter");
  stage(rules::Stage::host_in, "host-in", std::move(list));
}

void Builder::add_host_out() {
  const auto& options = policy_.node.options;
  const Side side{.direction = Direction::out, .vmid = 0, .chain = "PVEFW-HOST-OUT", .accept = Accept{}, .slot = {}};
  std::vector<rules::Rule> list{built_in({on(NameField::out_port, {"lo"})}, Accept{}, "loopback")};
  if (!options.allow_invalid) list.push_back(invalid());
  list.push_back(known());
  if (options.ndp) add_discovery(list, {133, 135, 136}, Accept{});
  list.push_back(built_in({is(Field::ip_version, 4), is(Field::protocol, 2)}, Accept{}, "IGMP"));
  add_rules(list, policy_.node.rules, side);
  add_rules(list, policy_.datacenter.rules, side);
  NumberSet local4;
  NumberSet local6;
  for (const Prefix& prefix : policy_.datacenter.local_networks) {
    auto& local = prefix.address.is_v4() ? local4 : local6;
    local = rules::unite(local, NumberSet({rules::interval_of(prefix)}));
  }
  for (const auto& [field, local] : {std::pair{Field::ipv4_destination, local4}, {Field::ipv6_destination, local6}})
    if (!local.is_empty())
      list.push_back(built_in({is(field, local), is(Field::protocol, 6), is(Field::destination_port, management_ports())}, Accept{},
                              "management of the local network"));
  add_cluster(list, Direction::out);
  add_policy(list, policy_.datacenter.options.policy_out, side, options.log_out, false, "policy_out of the datacenter");
  stage(rules::Stage::host_out, "host-out", std::move(list));
}

void Builder::add_cluster(std::vector<rules::Rule>& to, Direction direction) const {
  constexpr std::string_view kWhy = "corosync";
  if (facts_.cluster_multicast)
    to.push_back(
        built_in({is(Field::destination_type, 5), is(Field::protocol, 17), is(Field::destination_port, NumberSet::range(5404, 5405))},
                 Accept{}, kWhy));
  for (const auto& link : facts_.cluster_links) {
    NumberSet peers;
    for (const auto& peer : link.peers)
      if (peer.address.family == link.own.family) peers = rules::unite(peers, NumberSet::of(rules::number_of(peer.address)));
    if (peers.is_empty()) continue;
    const bool v4 = link.own.is_v4();
    const Field source = v4 ? Field::ipv4_source : Field::ipv6_source;
    const Field destination = v4 ? Field::ipv4_destination : Field::ipv6_destination;
    const bool is_in = direction == Direction::in;
    to.push_back(
        built_in({is(is_in ? source : destination, peers), is(is_in ? destination : source, NumberSet::of(rules::number_of(link.own))),
                  is(Field::protocol, 17), is(Field::destination_port, numbers({5404, link.port}))},
                 Accept{}, kWhy));
  }
}

void Builder::add_forward() {
  const auto& options = policy_.node.options;
  const Side side{.direction = Direction::forward, .vmid = 0, .chain = "PVEFW-FORWARD", .accept = Accept{}, .slot = {}};
  std::vector<rules::Rule> list{known()};
  if (!options.allow_invalid) list.push_back(invalid());
  add_blacklist(list, "PVEFW-blacklist");
  add_rules(list, policy_.node.rules, side);
  add_rules(list, policy_.datacenter.rules, side);
  add_policy(list, policy_.datacenter.options.policy_forward, side, options.log_forward, false, "policy_forward of the datacenter");
  stage(rules::Stage::forward, "forward", std::move(list));
}

void Builder::add_vnets() {
  bool any = false;
  for (const auto& [name, vnet] : policy_.vnets) {
    if (!vnet.options.enable) continue;
    any = true;
    const Side side{.direction = Direction::forward, .vmid = 0, .chain = "bridge-" + name, .accept = Accept{}, .slot = {}};
    for (const bool at_bridge : {true, false}) {
      std::vector<rules::Rule> list;
      if (at_bridge) list.push_back(built_in({is(Field::ether_type, rules::kEtherArp)}, Accept{}, "ARP"));
      list.push_back(known());
      if (!policy_.node.options.allow_invalid) list.push_back(invalid());
      add_rules(list, vnet.rules, side);
      add_policy(list, vnet.options.policy_forward, side, vnet.options.log_forward, at_bridge, "policy_forward of the network");
      const std::string list_name = "vnet/" + name + (at_bridge ? "" : "/host");
      put(list_name, std::move(list));
      program_.dispatch_tables[at_bridge ? "vnet" : "vnet-host"][name] = list_name;
    }
  }
  if (!any) return;
  stage(rules::Stage::vnet, "vnet", {built_in({}, rules::Dispatch{NameField::in_bridge, "vnet"}, "by network")});
  stage(rules::Stage::bridge_in, "bridge-in", {built_in({}, rules::Dispatch{NameField::in_port, "vnet-host"}, "by network")});
  stage(rules::Stage::bridge_out, "bridge-out", {built_in({}, rules::Dispatch{NameField::out_port, "vnet-host"}, "by network")});
}

}  // namespace drawbridge::firewall
