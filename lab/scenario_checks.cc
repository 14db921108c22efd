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
/// Of an IPv6 packet with an echo request that has some content, and of what a buffer of the probes takes.
constexpr std::uint64_t kSmallestSize = 100, kLargestSize = 16000;
/// What the lab's emulated machine can send itself at twice the limit.
constexpr std::uint64_t kSlowestRate = 100'000, kFastestRate = 10'000'000;

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
    for (const HostTunnel& tunnel : host.tunnels) take(tunnel.addresses, addresses);
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
    const std::vector<std::string> known{"from", "to",      "protocol",     "port", "size",    "expect",
                                         "ways", "address", "back-address", "via",  "back-via"};
    if (!entry.expect_members(known)) return;
    Check check;
    check.where = entry.where();
    check.from = party(entry, "from");
    check.to = party(entry, "to");
    const auto protocol = protocol_of(entry);
    if (check.from.empty() || check.to.empty() || !protocol) return;
    check.protocol = *protocol;
    if (!read_port(entry, check) || !read_size(entry, check) || !read_expectation(entry, check)) return;
    add(entry, check, "address", "via", checks);
    if (!both_ways(entry)) return;
    std::swap(check.from, check.to);
    add(entry, check, "back-address", "back-via", checks);
  }

  void read_rate(const ReadValue& entry, std::vector<RateCheck>& rates) {
    if (!entry.expect_members({"from", "to", "protocol", "bytes-per-second", "ways", "address", "back-address"})) return;
    RateCheck rate{party(entry, "from"), party(entry, "to"), Protocol::tcp, {}, 0, entry.where()};
    const auto protocol = protocol_of(entry);
    if (protocol && *protocol != Protocol::tcp && *protocol != Protocol::udp)
      return entry.find("protocol")->complain("rate-protocol", "rates are those of tcp or udp");
    const auto limit = entry.find("bytes-per-second");
    if (!limit) return entry.complain("member-missing", "\"bytes-per-second\" is missing", "rate=1 of a card is 1048576");
    rate.bytes_per_second = limit->as_number(kSlowestRate, kFastestRate).value_or(0);
    if (rate.from.empty() || rate.to.empty() || !protocol || rate.bytes_per_second == 0) return;
    rate.protocol = *protocol;
    add_rate(entry, rate, "address", rates);
    if (!both_ways(entry)) return;
    std::swap(rate.from, rate.to);
    add_rate(entry, rate, "back-address", rates);
  }

  void read_command(const ReadValue& entry, std::vector<Command>& commands) {
    if (!entry.expect_members({"command", "in", "exit", "says"})) return;
    Command command{{}, entry.find("in") ? party(entry, "in") : std::string(kNode), 0, entry.text("says"), entry.where()};
    entry.each_element("command", [&](const ReadValue& word) { command.words.push_back(word.as_text()); });
    if (command.words.empty()) return entry.complain("command-empty", "\"command\" is a list of words", "such as [\"ip\", \"link\"]");
    if (const auto exit = entry.find("exit")) command.exit = static_cast<int>(exit->as_number(0, 255).value_or(0));
    commands.push_back(std::move(command));
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

  static bool read_size(const ReadValue& entry, Check& check) {
    const auto size = entry.find("size");
    if (!size) return true;
    const bool echo = check.protocol == Protocol::icmp || check.protocol == Protocol::icmp6;
    if (!echo) size->complain("size-misplaced", "only icmp and icmp6 have a \"size\"");
    check.size = static_cast<std::uint16_t>(size->as_number(kSmallestSize, kLargestSize).value_or(0));
    return echo && check.size != 0;
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
             other.size == check.size && other.target == check.target && other.via == check.via;
    };
    const auto before = std::find_if(checks.begin(), checks.end(), same);
    if (before != checks.end())
      *before = std::move(check);
    else
      checks.push_back(std::move(check));
  }

  void add_rate(const ReadValue& entry, RateCheck rate, std::string_view address_member, std::vector<RateCheck>& rates) {
    const auto target = target_of(entry, rate.to, Family::ipv4, address_member, "a rate");
    if (!target) return;
    rate.target = *target;
    rates.push_back(std::move(rate));
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

void read_rates(const ReadValue& value, const Scenario& scenario, std::vector<RateCheck>& rates) {
  CheckReader reader(scenario);
  value.each_element("rates", [&](const ReadValue& entry) { reader.read_rate(entry, rates); });
}

void read_commands(const ReadValue& state, const Scenario& scenario, std::vector<Command>& commands) {
  CheckReader reader(scenario);
  state.each_element("run", [&](const ReadValue& entry) { reader.read_command(entry, commands); });
}

void read_flows(const ReadValue& state, const Scenario& scenario, std::vector<Flow>& flows) {
  CheckReader reader(scenario);
  state.each_element("flows", [&](const ReadValue& entry) { reader.read_flow(entry, flows); });
}

std::string_view protocol_name(Protocol protocol) {
  for (const ProtocolName& one : kProtocols) {
    if (one.protocol == protocol) return one.name;
  }
  return "?";
}

std::string format_protocol(const Check& check) {
  const std::string name(protocol_name(check.protocol));
  if (check.size != 0) return name + " of " + std::to_string(check.size) + " bytes";
  return name + (check.port == 0 ? "" : " " + std::to_string(check.port));
}

}  // namespace drawbridge::lab
