#include "lab/scenario_checks.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lab/scenario_ports.h"

namespace drawbridge::lab {
namespace {

struct ProtocolName {
  std::string_view name;
  Protocol protocol;
};
constexpr std::array kProtocols = {ProtocolName{"icmp", Protocol::icmp}, ProtocolName{"icmp6", Protocol::icmp6},
                                   ProtocolName{"tcp", Protocol::tcp}, ProtocolName{"udp", Protocol::udp},
                                   ProtocolName{"arp", Protocol::arp}};

using Addresses = std::vector<InterfaceAddress>;
constexpr std::uint64_t kLongestOutage = 60000;

void take(const Addresses& addresses, std::vector<IpAddress>& found) {
  for (const InterfaceAddress& address : addresses) found.push_back(address.address);
}

/// Everybody who takes part in traffic, with the addresses they have.
std::map<std::string, std::vector<IpAddress>> parties(const Scenario& scenario) {
  std::map<std::string, std::vector<IpAddress>> found{{std::string(kNode), scenario.node_addresses}};
  for (const Host& host : scenario.hosts) {
    auto& addresses = found[host.name];
    for (const Port& port : host.ports) {
      take(port.addresses, addresses);
      for (const VlanInterface& vlan : port.vlans) take(vlan.addresses, addresses);
    }
    for (const HostBond& bond : host.bonds) take(bond.addresses, addresses);
  }
  for (const Guest& guest : scenario.guests) {
    auto& addresses = found[guest.name];
    for (const GuestPort& port : guest.ports) {
      take(port.addresses, addresses);
      for (const VlanInterface& vlan : port.tagged) take(vlan.addresses, addresses);
    }
  }
  return found;
}

class CheckReader {
 public:
  explicit CheckReader(const Scenario& scenario) : parties_(parties(scenario)) {}

  /// Appends to `checks`, or takes the place of what they say about the same traffic.
  void read(const ReadValue& entry, std::vector<Check>& checks) {
    const std::vector<std::string> known{"from", "to", "protocol", "port", "expect", "ways", "address", "back-address", "via", "back-via"};
    if (!entry.expect_members(known)) return;
    Check check;
    check.where = entry.where();
    check.from = party(entry, "from");
    check.to = party(entry, "to");
    const auto protocol = protocol_of(entry);
    if (check.from.empty() || check.to.empty() || !protocol) return;
    check.protocol = *protocol;
    if (!read_port(entry, check) || !read_expectation(entry, check)) return;
    add(entry, check, "address", "via", checks);
    if (!both_ways(entry)) return;
    std::swap(check.from, check.to);
    add(entry, check, "back-address", "back-via", checks);
  }

  void read_flow(const ReadValue& entry, std::vector<Flow>& flows) {
    if (!entry.expect_members({"from", "to", "outage-ms", "ways", "address", "back-address"})) return;
    Flow flow{party(entry, "from"), party(entry, "to"), {}, {}, entry.where()};
    const auto outage = entry.find("outage-ms");
    if (!outage)
      return entry.complain("member-missing", "\"outage-ms\" is missing", "how long traffic may be lost, in milliseconds; 0: not at all");
    const auto limit = outage->as_number(0, kLongestOutage);
    if (flow.from.empty() || flow.to.empty() || !limit) return;
    flow.outage = std::chrono::milliseconds(*limit);
    add_flow(entry, flow, "address", flows);
    if (!both_ways(entry)) return;
    std::swap(flow.from, flow.to);
    add_flow(entry, flow, "back-address", flows);
  }

 private:
  std::string party(const ReadValue& entry, std::string_view member) {
    std::string name = entry.text(member, true);
    if (name.empty() || parties_.contains(name)) return name;
    std::vector<std::string> names;
    names.reserve(parties_.size());
    for (const auto& [one, addresses] : parties_) names.push_back(one);
    entry.find(member)->complain("party-unknown", "there is no host or guest \"" + printable(name) + "\"", suggest(name, names));
    return "";
  }

  static std::optional<Protocol> protocol_of(const ReadValue& entry) {
    const std::string name = entry.text("protocol", true);
    for (const ProtocolName& one : kProtocols) {
      if (one.name == name) return one.protocol;
    }
    if (!name.empty())
      entry.find("protocol")->complain("protocol-unknown", "no such protocol: " + printable(name), "icmp, icmp6, tcp, udp or arp");
    return std::nullopt;
  }

  static bool read_port(const ReadValue& entry, Check& check) {
    const auto port = entry.find("port");
    const bool needed = check.protocol == Protocol::tcp || check.protocol == Protocol::udp;
    if (needed != port.has_value()) {
      entry.complain("port-misplaced", needed ? "tcp and udp need a \"port\"" : "only tcp and udp have a \"port\"");
      return false;
    }
    if (port) check.port = static_cast<std::uint16_t>(port->as_number(1, 65535).value_or(0));
    return !needed || check.port != 0;
  }

  static bool read_expectation(const ReadValue& entry, Check& check) {
    const std::string expected = entry.text("expect", true);
    check.passes = expected == "pass";
    if (expected == "pass" || expected == "block") return true;
    entry.complain("expectation-invalid", "\"expect\" is \"pass\" or \"block\"");
    return false;
  }

  static bool both_ways(const ReadValue& entry) {
    const std::string ways = entry.text("ways");
    if (!ways.empty() && ways != "one" && ways != "both") entry.complain("ways-invalid", "\"ways\" is \"both\", as by default, or \"one\"");
    return ways != "one";
  }

  /// The address that a member names, or the party's first one of the family.
  std::optional<IpAddress> target_of(const ReadValue& entry, const std::string& party, Family family, std::string_view member,
                                     const std::string& what) {
    const std::string chosen = entry.text(member);
    if (!chosen.empty()) {
      const auto address = parse_ip(chosen);
      if (address) return *address;
      entry.find(member)->complain("address-invalid", address.error().what);
      return std::nullopt;
    }
    const auto& addresses = parties_[party];
    const auto found = std::find_if(addresses.begin(), addresses.end(), [&](const IpAddress& one) { return one.family == family; });
    if (found != addresses.end()) return *found;
    entry.complain("address-missing", "\"" + party + "\" has no address for " + what,
                   "give \"" + std::string(member) + "\", or \"ways\": \"one\"");
    return std::nullopt;
  }

  void add(const ReadValue& entry, Check check, std::string_view address_member, std::string_view via_member, std::vector<Check>& checks) {
    check.via = entry.text(via_member);
    const Family family = check.protocol == Protocol::icmp6 ? Family::ipv6 : Family::ipv4;
    const auto target = target_of(entry, check.to, family, address_member, format_protocol(check));
    if (!target) return;
    check.target = *target;
    const auto same = [&](const Check& other) {
      return other.from == check.from && other.to == check.to && other.protocol == check.protocol && other.port == check.port &&
             other.target == check.target && other.via == check.via;
    };
    const auto before = std::find_if(checks.begin(), checks.end(), same);
    if (before != checks.end())
      *before = std::move(check);
    else
      checks.push_back(std::move(check));
  }

  void add_flow(const ReadValue& entry, Flow flow, std::string_view address_member, std::vector<Flow>& flows) {
    const auto target = target_of(entry, flow.to, Family::ipv4, address_member, "a flow");
    if (!target) return;
    flow.target = *target;
    flows.push_back(std::move(flow));
  }

  std::map<std::string, std::vector<IpAddress>> parties_;
};

}  // namespace

void read_checks(const ReadValue& root, Scenario& scenario) {
  CheckReader reader(scenario);
  root.each_element("traffic", [&](const ReadValue& entry) { reader.read(entry, scenario.checks); });
  if (const auto traffic = root.find("traffic")) complain_about_unproven(*traffic, scenario.checks);
}

void read_state_checks(const ReadValue& state, const Scenario& scenario, std::vector<Check>& checks) {
  CheckReader reader(scenario);
  state.each_element("traffic", [&](const ReadValue& entry) { reader.read(entry, checks); });
}

void complain_about_unproven(const ReadValue& place, const std::vector<Check>& checks) {
  std::set<std::string> alive;
  for (const Check& check : checks) {
    if (check.passes) alive.insert(check.from);
  }
  for (const Check& check : checks) {
    if (check.passes || check.cut_off || !alive.insert(check.from).second) continue;
    place.complain("block-unproven", "nothing that \"" + check.from + "\" sends is expected to pass, so its blocked traffic proves nothing",
                   "add an entry from it that must pass");
  }
}

void read_flows(const ReadValue& state, const Scenario& scenario, std::vector<Flow>& flows) {
  CheckReader reader(scenario);
  state.each_element("flows", [&](const ReadValue& entry) { reader.read_flow(entry, flows); });
}

std::string format_protocol(const Check& check) {
  for (const ProtocolName& one : kProtocols) {
    if (one.protocol == check.protocol) return std::string(one.name) + (check.port == 0 ? "" : " " + std::to_string(check.port));
  }
  return "?";
}

}  // namespace drawbridge::lab
