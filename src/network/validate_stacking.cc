#include "network/validate_stacking.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "network/types/types.h"

namespace drawbridge::network {
namespace {

bool is_usual_name_length(std::string_view name) { return name.size() <= 15; }

void check_port(const std::string& port, const std::vector<Mastership>& masters, Checks& checks) {
  const Mastership& first = masters.front();
  for (std::size_t i = 1; i < masters.size(); ++i)
    checks.error(masters[i].where, "port-in-two-masters",
                 printable(port) + " is a port of both " + printable(first.master->name) + " and " + printable(masters[i].master->name),
                 "remove it from one of them; the other mention is at " + format_location(first.where));
  if (checks.model().find(port) == nullptr && !is_usual_name_length(port))
    checks.error(first.where, "name-too-long",
                 "the name " + printable(port) + " has " + std::to_string(port.size()) + " bytes; 15 are possible", "use a shorter name");
  if (checks.is_known(port)) return;
  if (checks.kernel() == nullptr)
    checks.warn(first.where, "port-missing", "there is no stanza for " + printable(port) + ", a port of " + printable(first.master->name),
                "add one, or correct the name");
  else
    checks.warn(first.where, "nic-missing", printable(port) + ", a port of " + printable(first.master->name) + ", doesn't exist",
                "correct the name, or check the hardware");
}

void check_port_addresses(const Interface& port, const Mastership& mastership, Checks& checks) {
  const auto master_type = mastership.master->type;
  if (master_type == InterfaceType::ovs_bridge && port.type == InterfaceType::ovs_int_port) return;
  const std::string what = printable(port.name) + " is a port of " + printable(mastership.master->name);
  if (!port.addresses.empty())
    checks.warn(port.addresses.front().where, "address-on-port", what + "; an address on it is hardly ever useful",
                "move the address to " + printable(mastership.master->name));
  else if (port.method == "dhcp" || port.method6 == "dhcp" || port.method6 == "auto")
    checks.warn(port.where, "address-on-port", what + "; addresses it is given are hardly ever useful",
                "set its method to manual and configure " + printable(mastership.master->name));
}

/// A link that an interface stands on, with the line that says so.
using Lower = std::pair<std::string, SourceLocation>;
using PortsOfMasters = std::map<const Interface*, std::vector<Lower>>;

/// Ports and slaves by what they are part of, whichever of the two says so.
PortsOfMasters ports_of_masters(const Checks& checks) {
  PortsOfMasters ports;
  for (const auto& [name, masters] : checks.all_masters())
    for (const auto& mastership : masters) ports[mastership.master].emplace_back(name, mastership.where);
  return ports;
}

std::vector<Lower> lower_links(const Interface& interface, const PortsOfMasters& ports) {
  const auto found = ports.find(&interface);
  std::vector<Lower> lowers = found == ports.end() ? std::vector<Lower>{} : found->second;
  if (interface.type == InterfaceType::vlan) {
    const auto* line = interface.find_option("vlan-raw-device");
    lowers.emplace_back(parent_of(interface), line == nullptr ? interface.where : line->value_where);
  }
  if (interface.type == InterfaceType::vxlan)
    if (const auto* line = interface.find_option("vxlan-physdev")) lowers.emplace_back(line->value, line->value_where);
  if (interface.type == InterfaceType::tunnel)
    if (const auto* line = tunnel_option(interface, "tunnel-dev")) lowers.emplace_back(line->value, line->value_where);
  return lowers;
}

/// A depth-first walk without recursion: a file may stack a hundred thousand interfaces.
class LoopFinder {
 public:
  explicit LoopFinder(Checks& checks) : checks_(checks), ports_(ports_of_masters(checks)) {}

  void run() {
    for (const auto& [name, interface] : checks_.model().interfaces)
      if (!state_.contains(&interface)) walk(interface);
  }

 private:
  enum class State : std::uint8_t { open, done };
  struct Frame {
    const Interface* interface;
    std::vector<Lower> lowers;
    std::size_t next = 0;
  };

  void walk(const Interface& start) {
    std::vector<Frame> path;
    push(path, start);
    while (!path.empty()) {
      Frame& frame = path.back();
      if (frame.next == frame.lowers.size()) {
        state_[frame.interface] = State::done;
        path.pop_back();
        continue;
      }
      const auto& [name, where] = frame.lowers[frame.next++];
      const Interface* lower = checks_.model().find(name);
      if (lower == nullptr || lower == frame.interface) continue;
      const auto known = state_.find(lower);
      if (known == state_.end()) {
        push(path, *lower);
      } else if (known->second == State::open) {
        report(path, *lower, where);
      }
    }
  }

  void push(std::vector<Frame>& path, const Interface& interface) {
    state_[&interface] = State::open;
    path.push_back({&interface, lower_links(interface, ports_), 0});
  }

  void report(const std::vector<Frame>& path, const Interface& lower, const SourceLocation& where) {
    std::string chain;
    auto frame = std::ranges::find(path, &lower, &Frame::interface);
    for (int shown = 0; frame != path.end() && shown < 8; ++frame, ++shown) chain += printable(frame->interface->name) + " on ";
    checks_.error(where, "stacking-loop", "interfaces stand on each other in a circle: " + chain + printable(lower.name),
                  "take one of them out of the other");
  }

  Checks& checks_;
  PortsOfMasters ports_;
  std::map<const Interface*, State> state_;
};

std::optional<std::uint32_t> mtu_of(const Interface* interface) {
  return interface == nullptr ? std::nullopt : parse_number<std::uint32_t>(interface->option("mtu"));
}

constexpr std::uint32_t kUsualMtu = 1500;
constexpr int kDeepest = 8;

/// The MTU that the link will have: as asked for, that of the parent for a VLAN, of a slave for a bond, else what it has now.
std::uint32_t coming_mtu(const std::string& name, Checks& checks, int depth = 0) {
  const Interface* interface = checks.model().find(name);
  if (const auto asked = mtu_of(interface)) return *asked;
  if (depth < kDeepest) {
    const std::string parent = interface != nullptr ? parent_of(*interface) : std::string(split_vlan_name(name).root);
    if (!parent.empty() && parent != name) return coming_mtu(parent, checks, depth + 1);
  }
  if (interface != nullptr && interface->type == InterfaceType::bond)
    for (const auto& slave : port_words(*interface, "bond-slaves"))
      if (const auto asked = mtu_of(checks.model().find(slave.text))) return *asked;
  const Link* link = checks.kernel() == nullptr ? nullptr : checks.kernel()->find_link(name);
  return link == nullptr || link->mtu == 0 ? kUsualMtu : link->mtu;
}

void check_vlan_mtu(const Interface& vlan, std::uint32_t mtu, const OptionLine& line, Checks& checks) {
  const std::string parent = parent_of(vlan);
  if (parent.empty() || !checks.is_known(parent)) return;
  const auto below = coming_mtu(parent, checks);
  if (below >= mtu) return;
  const std::string message = "MTU " + std::to_string(mtu) + " of " + printable(vlan.name) + " is above " + std::to_string(below) + " of " +
                              printable(parent) + ", on which it stands";
  if (mtu_of(checks.model().find(parent)))
    checks.error(line.value_where, "mtu-above-parent", message, "raise the MTU of " + printable(parent));
  else
    checks.warn(line.value_where, "mtu-above-parent", message, "add mtu " + std::to_string(mtu) + " to " + printable(parent));
}

/// The outer headers: Ethernet, IP, UDP and VXLAN.
void check_vxlan_mtu(const Interface& vxlan, std::uint32_t mtu, const OptionLine& line, Checks& checks) {
  constexpr std::uint32_t kOverhead = 50;
  constexpr std::uint32_t kOverhead6 = 70;
  const auto* physical = vxlan.find_option("vxlan-physdev");
  if (physical == nullptr || !checks.is_known(physical->value)) return;
  const bool v6 = vxlan.option("vxlan-local-tunnelip").find(':') != std::string_view::npos;
  const auto below = coming_mtu(physical->value, checks);
  const auto needed = mtu + (v6 ? kOverhead6 : kOverhead);
  if (below >= needed) return;
  checks.warn(line.value_where, "mtu-above-parent",
              "MTU " + std::to_string(mtu) + " of " + printable(vxlan.name) + " takes " + std::to_string(needed) + " on " +
                  printable(physical->value) + ", which has " + std::to_string(below),
              "write mtu " + std::to_string(below - std::min(below, v6 ? kOverhead6 : kOverhead)) + ", or raise that of " +
                  printable(physical->value));
}

/// A bridge's ports carry its frames; a VLAN's frames fit into its parent.
void check_mtu(const Interface& interface, Checks& checks) {
  const auto mtu = mtu_of(&interface);
  if (!mtu) return;
  const auto* line = interface.find_option("mtu");
  if (interface.type == InterfaceType::vlan) check_vlan_mtu(interface, *mtu, *line, checks);
  if (interface.type == InterfaceType::vxlan) check_vxlan_mtu(interface, *mtu, *line, checks);
  if (interface.type != InterfaceType::bridge) return;
  for (const auto& word : port_words(interface, port_option(interface.type))) {
    const Interface* port = word.kind == PortWordKind::name ? checks.model().find(word.text) : nullptr;
    if (port == nullptr) continue;
    const auto carried = coming_mtu(port->name, checks);
    if (carried >= *mtu) continue;
    // A bond or VLAN without an MTU of its own takes that of what is below, which is told there.
    if ((port->type == InterfaceType::bond || port->type == InterfaceType::vlan) && !mtu_of(port)) continue;
    checks.warn(line->value_where, "mtu-above-port",
                "MTU " + std::to_string(*mtu) + " of " + printable(interface.name) + " is above " + std::to_string(carried) +
                    " of its port " + printable(port->name),
                "set mtu " + std::to_string(*mtu) + " on " + printable(port->name));
  }
}

void check_slave_mtu(const Interface& slave, const Mastership& mastership, Checks& checks) {
  const auto mtu = mtu_of(&slave);
  const auto above = mtu_of(mastership.master);
  if (mastership.master->type == InterfaceType::bridge || !mtu || !above || *mtu <= *above) return;
  checks.warn(slave.find_option("mtu")->value_where, "mtu-above-master",
              "MTU " + std::to_string(*mtu) + " of " + printable(slave.name) + " is above " + std::to_string(*above) + " of " +
                  printable(mastership.master->name),
              "it takes the MTU of what it is part of; remove the line, or raise the other");
}

}  // namespace

void check_stacking(Checks& checks) {
  for (const auto& [port, masters] : checks.all_masters()) {
    check_port(port, masters, checks);
    if (const Interface* interface = checks.model().find(port)) {
      check_port_addresses(*interface, masters.front(), checks);
      check_slave_mtu(*interface, masters.front(), checks);
    }
  }
  LoopFinder(checks).run();
  const auto& interfaces = checks.model().interfaces;
  for (const auto& [name, interface] : interfaces) {
    check_mtu(interface, checks);
    const auto& parent_masters = interface.type == InterfaceType::vlan ? checks.masters(parent_of(interface)) : checks.masters("");
    if (!parent_masters.empty() && parent_masters.front().master->type == InterfaceType::bond)
      checks.warn(interface.where, "vlan-on-slave",
                  printable(name) + " stands on " + printable(parent_of(interface)) + ", a slave of " +
                      printable(parent_masters.front().master->name),
                  "put the VLAN on the bond");
  }
}

}  // namespace drawbridge::network
