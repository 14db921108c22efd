#include "lab/scenario_checks.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"

namespace drawbridge::lab {
namespace {

struct ProtocolName {
  std::string_view name;
  Protocol protocol;
};
constexpr std::array kProtocols = {ProtocolName{"icmp", Protocol::icmp}, ProtocolName{"icmp6", Protocol::icmp6},
                                   ProtocolName{"tcp", Protocol::tcp}, ProtocolName{"udp", Protocol::udp},
                                   ProtocolName{"arp", Protocol::arp}};

/// Everybody who takes part in traffic, with the addresses they have.
std::map<std::string, std::vector<IpAddress>> parties(const Scenario& scenario) {
  std::map<std::string, std::vector<IpAddress>> found{{std::string(kNode), scenario.node_addresses}};
  for (const Host& host : scenario.hosts) {
    auto& addresses = found[host.name];
    for (const Port& port : host.ports) {
      for (const InterfaceAddress& address : port.addresses) addresses.push_back(address.address);
    }
  }
  for (const Guest& guest : scenario.guests) {
    auto& addresses = found[guest.name];
    for (const GuestPort& port : guest.ports) {
      for (const InterfaceAddress& address : port.addresses) addresses.push_back(address.address);
    }
  }
  return found;
}

class CheckReader {
 public:
  explicit CheckReader(Scenario& scenario) : scenario_(scenario), parties_(parties(scenario)) {}

  void read(const ReadValue& entry) {
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
    add(entry, check, "address", "via");
    const std::string ways = entry.text("ways");
    if (!ways.empty() && ways != "one" && ways != "both") entry.complain("ways-invalid", "\"ways\" is \"both\", as by default, or \"one\"");
    if (ways == "one") return;
    std::swap(check.from, check.to);
    add(entry, check, "back-address", "back-via");
  }

  void complain_about_unproven(const ReadValue& root) {
    std::set<std::string> alive;
    for (const Check& check : scenario_.checks) {
      if (check.passes) alive.insert(check.from);
    }
    for (const Check& check : scenario_.checks) {
      if (check.passes || !alive.insert(check.from).second) continue;
      root.find("traffic")->complain("block-unproven",
                                     "nothing that \"" + check.from + "\" sends is expected to pass, so its blocked traffic proves nothing",
                                     "add an entry from it that must pass");
    }
  }

 private:
  std::string party(const ReadValue& entry, std::string_view member) {
    std::string name = entry.text(member, true);
    if (name.empty() || parties_.contains(name)) return name;
    std::vector<std::string> names;
    names.reserve(parties_.size());
    for (const auto& [one, addresses] : parties_) names.push_back(one);
    const auto meant = nearest(name, names);
    entry.find(member)->complain("party-unknown", "there is no host or guest \"" + printable(name) + "\"",
                                 meant ? "did you mean \"" + *meant + "\"?" : "");
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

  void add(const ReadValue& entry, Check check, std::string_view address_member, std::string_view via_member) {
    check.via = entry.text(via_member);
    const std::string chosen = entry.text(address_member);
    const Family family = check.protocol == Protocol::icmp6 ? Family::ipv6 : Family::ipv4;
    if (!chosen.empty()) {
      const auto address = parse_ip(chosen);
      if (!address) return entry.find(address_member)->complain("address-invalid", address.error().what);
      check.target = *address;
    } else {
      const auto& addresses = parties_[check.to];
      const auto found = std::find_if(addresses.begin(), addresses.end(), [&](const IpAddress& one) { return one.family == family; });
      if (found == addresses.end()) {
        return entry.complain("address-missing", "\"" + check.to + "\" has no address for " + format_protocol(check),
                              "give \"" + std::string(address_member) + "\", or \"ways\": \"one\"");
      }
      check.target = *found;
    }
    scenario_.checks.push_back(std::move(check));
  }

  Scenario& scenario_;
  std::map<std::string, std::vector<IpAddress>> parties_;
};

}  // namespace

void read_checks(const ReadValue& root, Scenario& scenario) {
  CheckReader reader(scenario);
  root.each_element("traffic", [&](const ReadValue& entry) { reader.read(entry); });
  if (root.find("traffic")) reader.complain_about_unproven(root);
}

std::string format_protocol(const Check& check) {
  for (const ProtocolName& one : kProtocols) {
    if (one.protocol == check.protocol) return std::string(one.name) + (check.port == 0 ? "" : " " + std::to_string(check.port));
  }
  return "?";
}

}  // namespace drawbridge::lab
