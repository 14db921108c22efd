#include "lab/switch_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lab/cabling.h"

namespace drawbridge::lab {
namespace {

constexpr const char* kSwitchBridge = "br0";
constexpr std::uint16_t kUntaggedElsewhere = 1;

bool has_vlans(const SwitchPort& port) { return port.access || port.native || !port.trunk.empty(); }

void add_vlans(const SwitchPort& port, std::set<std::uint16_t>& vlans) {
  vlans.insert(port.trunk.begin(), port.trunk.end());
  if (port.access) vlans.insert(*port.access);
  if (port.native) vlans.insert(*port.native);
}

/// The VLANs that each switch knows: its own, and those of all that it is linked with. A switch without any filters nothing.
class KnownVlans {
 public:
  explicit KnownVlans(const Scenario& scenario) {
    for (const Switch& one : scenario.switches) {
      for (const SwitchBond& bond : one.bonds) add_vlans(bond.plugged, known_[one.name]);
    }
    for (const Plug& plug : plugs_of(scenario)) add_vlans(plug.port->plugged, known_[plug.end.switch_name]);
    // As far as news can travel: each round carries it over one more link.
    for (std::size_t round = 0; round < scenario.links.size(); ++round) {
      for (const SwitchLink& link : scenario.links) {
        std::set<std::uint16_t> both = known_[link.first];
        both.insert(known_[link.second].begin(), known_[link.second].end());
        known_[link.first] = known_[link.second] = both;
      }
    }
  }

  const std::set<std::uint16_t>& of(const std::string& name) { return known_[name]; }

  /// What a port says, or on a switch that filters: everything, with what is untagged in VLAN 1.
  SwitchPort meant(const SwitchPort& port, const std::string& switch_name) {
    const auto& all = known_[switch_name];
    if (has_vlans(port) || all.empty()) return port;
    SwitchPort everything{switch_name, port.bond, std::nullopt, {all.begin(), all.end()}, kUntaggedElsewhere};
    return everything;
  }

 private:
  std::map<std::string, std::set<std::uint16_t>> known_;
};

/// The switch that `name` acts as one with, and the cable between them.
struct Partner {
  std::string name;
  std::string device;
};
std::optional<Partner> mlag_partner(const Scenario& scenario, const std::string& name) {
  for (std::size_t i = 0; i < scenario.links.size(); ++i) {
    const SwitchLink& link = scenario.links[i];
    if (link.mlag && link.first == name) return Partner{link.second, link_device(i)};
    if (link.mlag && link.second == name) return Partner{link.first, link_device(i)};
  }
  return std::nullopt;
}

std::set<std::string> bond_names(const Scenario& scenario, const std::string& name) {
  std::set<std::string> names;
  for (const Switch& one : scenario.switches) {
    for (const SwitchBond& bond : one.bonds) {
      if (one.name == name) names.insert(bond.name);
    }
  }
  return names;
}

/// The key of a bond: what makes its legs one, and keeps them apart from those of other bonds of the same system.
std::size_t bond_key(const Scenario& scenario, const std::string& name, const std::optional<Partner>& partner, const std::string& bond) {
  std::set<std::string> names = bond_names(scenario, name);
  if (partner) names.merge(bond_names(scenario, partner->name));
  return static_cast<std::size_t>(std::distance(names.begin(), names.find(bond))) + 1;
}

/// One system id for both switches of an MLAG, from the position of the first of them.
std::string mlag_system(const Scenario& scenario, const std::string& name, const std::string& partner) {
  const auto at = std::find_if(scenario.switches.begin(), scenario.switches.end(),
                               [&](const Switch& one) { return one.name == name || one.name == partner; });
  return fmt::format("02:64:62:4d:4c:{:02x}", std::distance(scenario.switches.begin(), at) & 0xFF);
}

void add_bond(const Scenario& scenario, const SwitchBond& bond, const std::optional<Partner>& partner, KnownVlans& known, Inside& inside) {
  std::string settings = fmt::format(" ad_user_port_key {}", bond_key(scenario, inside.name, partner, bond.name));
  if (partner) settings += " ad_actor_system " + mlag_system(scenario, inside.name, partner->name);
  inside.ip += bond_line(bond.name, settings) + fmt::format("link set {0} master {1}\nlink set {0} up\n", bond.name, kSwitchBridge);
  inside.bridge += vlan_lines(bond.name, known.meant(bond.plugged, inside.name));
  if (partner && bond_names(scenario, partner->name).contains(bond.name)) inside.tc += fmt::format("qdisc add dev {} clsact\n", bond.name);
}

void add_links(const Scenario& scenario, KnownVlans& known, Inside& inside) {
  for (std::size_t i = 0; i < scenario.links.size(); ++i) {
    const SwitchLink& link = scenario.links[i];
    if (link.first != inside.name && link.second != inside.name) continue;
    const std::string device = link_device(i);
    inside.ip += fmt::format("link set {0} master {1}\nlink set {0} up\n", device, kSwitchBridge);
    inside.bridge += vlan_lines(device, known.meant(SwitchPort{}, inside.name));
    if (!link.mlag) continue;
    // Who is plugged into both switches is learned at the own leg only; what is not known there floods, which finds it.
    inside.bridge += fmt::format("link set dev {} learning off\n", device);
    inside.tc += fmt::format("qdisc add dev {0} clsact\nfilter add dev {0} ingress matchall action skbedit mark {1}\n", device, kPeerMark);
  }
}

}  // namespace

std::string bond_line(const std::string& name, const std::string& more) {
  return fmt::format("link add {} type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4{}\n", name, more);
}

std::string mtu_line(const std::string& device, std::uint32_t mtu) {
  return mtu == 0 ? "" : fmt::format("link set {} mtu {}\n", device, mtu);
}

std::string vlan_lines(const std::string& device, const SwitchPort& port) {
  std::string lines;
  const auto untagged = port.access ? port.access : port.native;
  if (untagged) lines += fmt::format("vlan add dev {} vid {} pvid untagged\n", device, *untagged);
  for (const std::uint16_t vlan : port.trunk) {
    if (vlan != untagged) lines += fmt::format("vlan add dev {} vid {}\n", device, vlan);
  }
  return lines;
}

std::string link_cables(const Scenario& scenario) {
  std::string lines;
  for (std::size_t i = 0; i < scenario.links.size(); ++i) {
    lines += fmt::format("link add name {0} netns {1} type veth peer name {0} netns {2}\n", link_device(i), scenario.links[i].first,
                         scenario.links[i].second);
  }
  return lines;
}

std::vector<Inside> make_switches(const Scenario& scenario) {
  KnownVlans known(scenario);
  std::vector<Inside> made;
  for (const Switch& one : scenario.switches) {
    Inside inside{.name = one.name, .ip = "", .bridge = "", .tc = "", .forwards = false};
    inside.ip = fmt::format("link set lo up\nlink add {} type bridge stp_state 0 forward_delay 0 mcast_snooping 0{}\nlink set {} up\n",
                            kSwitchBridge, known.of(one.name).empty() ? "" : " vlan_filtering 1 vlan_default_pvid 0", kSwitchBridge);
    const auto partner = mlag_partner(scenario, one.name);
    for (const SwitchBond& bond : one.bonds) add_bond(scenario, bond, partner, known, inside);
    for (const Plug& plug : plugs_of(scenario)) {
      if (plug.end.switch_name != one.name) continue;
      const SwitchPort& port = plug.port->plugged;
      inside.ip += mtu_line(plug.end.device, plug.port->mtu) + fmt::format("link set {0} master {1}\nlink set {0} up\n", plug.end.device,
                                                                           port.bond.empty() ? kSwitchBridge : port.bond);
      if (port.bond.empty()) inside.bridge += vlan_lines(plug.end.device, known.meant(port, one.name));
    }
    add_links(scenario, known, inside);
    made.push_back(std::move(inside));
  }
  return made;
}

}  // namespace drawbridge::lab
