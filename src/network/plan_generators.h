// Random desired states, for the tests of the planner: against the model of the kernel here, against a kernel in the lab.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "network/plan_testing.h"
#include "network/planner.h"
#include "network/snapshot_json.h"

namespace drawbridge::network::testing {

/// What the random files may speak of.
struct Kinds {
  bool vlans = true;
  bool bonds = true;
  bool vrfs = true;
  bool vxlans = true;
  bool dummies = true;
  bool vlan_filtering = true;
  bool dhcp = true;
  bool veths = false;    ///< the model starts without their sysctls
  bool sysctls = false;  ///< other than those that every port gets
};

inline const std::vector<std::string> kNics{"e0", "e1", "e2"};
inline const std::vector<std::string> kBridges{"vmbr0", "vmbr1"};
inline const std::vector<std::string> kBonds{"bond0", "bond1"};
inline const std::vector<std::string> kVrfs{"blue", "red"};
inline const std::vector<std::string> kVlans{"v0", "v1", "w2", "a3"};
inline const std::vector<std::string> kAddresses{"10.0.0.1/24", "10.0.0.2/24",    "10.0.0.3/24",    "10.0.1.1/24",     "10.0.1.2/25",
                                                 "10.0.2.1/32", "2001:db8::1/64", "2001:db8::2/64", "2001:db8:1::1/56"};
inline const std::vector<std::string> kDestinations{"0.0.0.0/0", "::/0", "10.50.0.0/16", "10.60.0.0/16"};

template <class T>
T pick(const std::vector<T>& all) {
  return *rc::gen::elementOf(all);
}
inline bool chance(int percent) { return *rc::gen::inRange(0, 100) < percent; }

template <class Range, class T>
inline bool contains(const Range& range, const T& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

template <class T>
inline std::vector<T> some(std::vector<T> all, int percent) {
  std::vector<T> chosen;
  for (auto& each : all)
    if (chance(percent)) chosen.push_back(std::move(each));
  // Any order.
  for (std::size_t i = chosen.size(); i > 1; --i)
    std::swap(chosen[i - 1], chosen[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
  return chosen;
}

inline std::string gateway_of(const std::string& destination, int which) {
  return (destination.find(':') == std::string::npos ? "10.0.0.25" : "2001:db8::25") + std::to_string(which);
}

inline void add_addresses(DesiredLink& link) {
  for (const auto& text : some(kAddresses, 25)) link.addresses.push_back(asked(make_address(link.name, text)));
}

inline AttributeValue number(std::uint64_t value) { return AttributeValue{value}; }
inline AttributeValue text(std::string value) { return AttributeValue{std::move(value)}; }

/// The names of `all` that the files speak of.
inline std::vector<std::string> known(const Desired& desired, const std::vector<std::string>& all) {
  std::vector<std::string> names;
  std::ranges::copy_if(all, std::back_inserter(names), [&](const std::string& name) { return desired.links.contains(name); });
  return names;
}

inline std::vector<BridgeVlan> random_vlans(const std::string& name) {
  std::vector<BridgeVlan> vlans;
  for (int i = 0; i < 3; ++i) {
    if (!chance(60)) continue;
    const auto first = static_cast<std::uint16_t>(*rc::gen::inRange(1, 60));
    const auto length = static_cast<std::uint16_t>(*rc::gen::inRange(0, 20));
    vlans.push_back({name, first, static_cast<std::uint16_t>(first + length), false, chance(30), false});
  }
  if (chance(60)) {
    const auto pvid = static_cast<std::uint16_t>(*rc::gen::inRange(1, 60));
    vlans.push_back({name, pvid, pvid, true, chance(80), false});
  }
  return vlans;
}

inline void put_on_bridge(DesiredLink& link, const Desired& desired) {
  const auto bridges = known(desired, kBridges);
  if (bridges.empty()) return;
  link.master = asked(pick(bridges));
  link.sysctl["ipv6.disable_ipv6"] = asked(1U);
  if (chance(30)) link.port["learning"] = asked(number(0));
  if (chance(40)) link.vlans = asked(random_vlans(link.name));
}

/// Under a master, or with addresses of its own.
inline void find_a_place(DesiredLink& link, const Desired& desired, bool with_bonds) {
  const auto bonds = known(desired, kBonds);
  const auto vrfs = known(desired, kVrfs);
  const int dice = *rc::gen::inRange(0, 100);
  if (with_bonds && dice < 35 && !bonds.empty()) {
    link.master = asked(pick(bonds));
    link.sysctl["ipv6.disable_ipv6"] = asked(1U);
    // The bond gives it both.
    link.mtu.reset();
    link.mac.reset();
    return;
  }
  if (dice < 65) put_on_bridge(link, desired);
  if (link.master || !link.up->value) return;
  if (dice > 85 && !vrfs.empty()) link.master = asked(pick(vrfs));
  add_addresses(link);
}

inline DesiredLink random_nic(const std::string& name, const Desired& desired, bool dhcp) {
  DesiredLink link = make_link(name);
  if (chance(30)) link.mtu = asked(pick<std::uint32_t>({1400, 1500, 9000}));
  if (chance(20)) link.alias = asked(std::string("uplink"));
  if (chance(15)) link.mac = asked(MacAddress{{2, 9, 9, 9, 9, static_cast<std::uint8_t>(*rc::gen::inRange(0, 4))}});
  if (chance(10)) link.up = asked(false);
  if (chance(20) && dhcp) link.dhcp4 = asked(true);
  find_a_place(link, desired, true);
  return link;
}

inline DesiredLink random_bond(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name, "bond");
  const auto mode = pick<std::string>({"active-backup", "802.3ad", "balance-xor", "balance-rr"});
  link.data["mode"] = asked(text(mode));
  if (chance(80)) link.data["miimon"] = asked(number(100));
  if (link.data.contains("miimon") && chance(20)) link.data["updelay"] = asked(number(200));
  if (mode == "802.3ad" && chance(50)) link.data["ad_lacp_rate"] = asked(text("fast"));
  if (chance(40)) link.data["xmit_hash_policy"] = asked(text("layer3+4"));
  if (chance(10)) link.data["fail_over_mac"] = asked(text("active"));
  if (chance(25)) link.mtu = asked(pick<std::uint32_t>({1400, 9000}));
  find_a_place(link, desired, false);
  return link;
}

/// A VLAN of a bridge can't be its port.
inline bool stands_on_bridge(const Desired& desired, std::string name) {
  for (auto found = desired.links.find(name); found != desired.links.end(); found = desired.links.find(name)) {
    if (found->second.kind == "bridge") return true;
    if (!found->second.parent) return false;
    name = found->second.parent->value;
  }
  return false;
}

inline DesiredLink random_vlan(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name, "vlan");
  std::vector<std::string> parents;
  for (const auto& [other, below] : desired.links) {
    const bool possible = other != "lo" && below.up->value && below.kind != "vrf" && below.kind != "vxlan" && below.kind != "dummy";
    const bool taken = below.master && below.kind != "vlan" && !contains(kVrfs, below.master->value);
    if (possible && !taken) parents.push_back(other);
  }
  if (parents.empty()) return link;
  link.parent = asked(pick(parents));
  link.data["id"] = asked(number(static_cast<std::uint64_t>(*rc::gen::inRange(2, 6))));
  link.data["protocol"] = asked(text(chance(80) ? "802.1Q" : "802.1ad"));
  if (chance(10)) link.data["reorder_hdr"] = asked(number(0));
  if (!stands_on_bridge(desired, link.parent->value)) {
    find_a_place(link, desired, false);
  } else if (chance(50)) {
    add_addresses(link);
  }
  return link;
}

inline bool is_taken(const Desired& desired, const DesiredLink& vlan) {
  return std::ranges::any_of(desired.links, [&](const auto& entry) {
    const auto& other = entry.second;
    return other.kind == "vlan" && other.parent->value == vlan.parent->value && other.data.at("id").value == vlan.data.at("id").value &&
           other.data.at("protocol").value == vlan.data.at("protocol").value;
  });
}

inline DesiredLink random_vrf(const std::string& name) {
  DesiredLink link = make_link(name, "vrf");
  link.data["table"] = asked(number(static_cast<std::uint64_t>(*rc::gen::inRange(1001, 1004))));
  return link;
}

inline DesiredLink random_vxlan(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name, "vxlan");
  // One id per link, so that two never claim the same.
  link.data["id"] = asked(number((name == "vx0" ? 100U : 200U) + (chance(30) ? 1U : 0U)));
  link.data["local"] = asked(text(chance(50) ? "10.0.0.1" : "10.0.0.2"));
  if (chance(30)) link.data["learning"] = asked(number(0));
  for (int last = 1; last < 4; ++last)
    if (chance(40)) link.fdb.push_back(asked(FdbEntry{name, {}, parse_ip("10.0.9." + std::to_string(last)).value()}));
  if (chance(60)) put_on_bridge(link, desired);
  return link;
}

inline DesiredLink random_bridge(const std::string& name, bool vlan_filtering) {
  DesiredLink link = make_link(name, "bridge");
  link.data["stp_state"] = asked(AttributeValue{std::uint64_t{chance(30) ? 1U : 0U}});
  const bool stp = link.data["stp_state"].value == AttributeValue{std::uint64_t{1}};
  if (chance(50))
    link.data["forward_delay"] =
        asked(AttributeValue{pick<std::uint64_t>(stp ? std::vector<std::uint64_t>{200, 1500} : std::vector<std::uint64_t>{0, 200, 1500})});
  if (chance(40) && vlan_filtering) link.data["vlan_filtering"] = asked(AttributeValue{std::uint64_t{1}});
  if (chance(15) && vlan_filtering) link.vlans = asked(std::vector<BridgeVlan>{{name, 20, 25, false, false, true}});
  if (chance(20)) link.data["ageing_time"] = asked(AttributeValue{std::uint64_t{60000}});
  if (chance(30)) link.mtu = asked(pick<std::uint32_t>({1400, 1500, 9000}));
  if (chance(10) && vlan_filtering) link.data["vlan_default_pvid"] = asked(AttributeValue{pick<std::uint64_t>({0, 1, 7})});
  if (chance(15)) link.mac = asked(MacAddress{{2, 8, 8, 8, 8, static_cast<std::uint8_t>(*rc::gen::inRange(0, 4))}});
  add_addresses(link);
  return link;
}

inline void add_routes(Desired& desired) {
  for (const auto& destination : some(kDestinations, 40)) {
    std::vector<std::string> links;
    for (const auto& [name, link] : desired.links) {
      const bool v6 = destination.find(':') != std::string::npos;
      const bool port = link.master.has_value() || link.kind == "vxlan" || link.kind == "vrf";
      if (link.up->value && !port && name != "lo" && !(v6 && link.mtu && link.mtu->value < 1280)) links.push_back(name);
    }
    if (!links.empty())
      desired.routes.push_back(asked(make_route(destination, gateway_of(destination, *rc::gen::inRange(0, 3)), pick(links))));
  }
}

inline void add_cable(Desired& desired) {
  for (const auto& [name, peer] : {std::pair{"wire0", "wire1"}, std::pair{"wire1", "wire0"}}) {
    DesiredLink link = make_link(name, "veth");
    link.parent = asked(std::string(peer));
    find_a_place(link, desired, true);
    desired.links[name] = std::move(link);
  }
}

inline void add_sysctls(DesiredLink& link) {
  for (const auto* key : {"ipv4.arp_accept", "ipv4.forwarding", "ipv4.promote_secondaries", "ipv6.dad_transmits"})
    if (chance(15)) link.sysctl[key] = asked(static_cast<std::uint32_t>(*rc::gen::inRange(0, 2)));
}

/// A bridge takes its MAC from a card.
inline void choose_macs(Desired& desired) {
  for (const auto& name : known(desired, kBridges))
    for (const auto& nic : kNics) {
      const auto found = desired.links.find(nic);
      if (found != desired.links.end() && found->second.master && found->second.master->value == name) desired.links[name].mac_from = nic;
    }
}

inline Desired random_desired(const Kinds& kinds = {}) {
  Desired desired;
  desired.links["lo"] = make_link("lo");
  for (const auto& name : kVrfs)
    if (kinds.vrfs && chance(25)) desired.links[name] = random_vrf(name);
  for (const auto& name : kBridges)
    if (chance(60)) desired.links[name] = random_bridge(name, kinds.vlan_filtering);
  for (const auto& name : kBonds)
    if (kinds.bonds && chance(30)) desired.links[name] = random_bond(name, desired);
  for (const auto& name : kNics)
    if (chance(70)) desired.links[name] = random_nic(name, desired, kinds.dhcp);
  for (const auto& name : kVlans) {
    if (!kinds.vlans || !chance(40)) continue;
    auto link = random_vlan(name, desired);
    if (link.parent && !is_taken(desired, link)) desired.links[name] = std::move(link);
  }
  for (const auto& name : {"vx0", "vx1"})
    if (kinds.vxlans && chance(20)) desired.links[name] = random_vxlan(name, desired);
  if (kinds.dummies && chance(30)) {
    desired.links["dummy0"] = make_link("dummy0", "dummy");
    find_a_place(desired.links["dummy0"], desired, false);
  }
  if (kinds.veths && chance(25)) add_cable(desired);
  if (!kinds.vlan_filtering)
    for (auto& [name, link] : desired.links) link.vlans.reset();
  if (kinds.sysctls)
    for (auto& [name, link] : desired.links) add_sysctls(link);
  choose_macs(desired);
  add_routes(desired);
  return desired;
}

/// What the files are about, of a machine on which nobody else did anything.
inline std::string configured_part(Snapshot state, const Desired& files) {
  std::erase_if(state.links, [&](const auto& entry) { return !files.links.contains(entry.first); });
  for (auto& [name, link] : state.links) {
    link.index = 0;
    link.operstate.clear();
    link.carrier = false;
    link.min_mtu = link.max_mtu = 0;
    link.sysctl.clear();
    link.ethtool.clear();
    if (!files.links.at(name).mac) link.mac = {};
    if (!files.links.at(name).mtu) link.mtu = 0;
    erase_if(link.data, [&](const auto& entry) { return !files.links.at(name).data.contains(entry.first); });
    erase_if(link.port, [&](const auto& entry) { return !files.links.at(name).port.contains(entry.first); });
  }
  std::erase_if(state.addresses, [&](const Address& address) { return !files.links.contains(address.link) || is_link_local6(address); });
  // Who of a subnet is its primary depends on who came first, and so do the kernel's routes.
  for (auto& address : state.addresses) address.secondary = address.tentative = address.dad_failed = false;
  std::erase_if(state.routes, [](const Route& route) { return is_kernel_route(route); });
  state.rules.clear();
  state.qdiscs.clear();
  std::erase_if(state.bridge_vlans, [&](const BridgeVlan& vlan) { return !files.links.contains(vlan.link); });
  return snapshot_to_json(state);
}

}  // namespace drawbridge::network::testing
