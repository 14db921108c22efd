#include "lab/scenario.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "guest/device_name.h"
#include "lab/scenario_checks.h"
#include "lab/scenario_ports.h"
#include "lab/scenario_reader.h"
#include "lab/scenario_states.h"

namespace drawbridge::lab {
namespace {

constexpr std::uint64_t kSmallestMtu = 1280, kLargestMtu = 16000;

class ScenarioParser {
 public:
  ParsedScenario parse(const ReadValue& root) {
    if (!root.expect_members(
            {"title", "shows", "needs", "node", "switches", "links", "hosts", "guests", "traffic", "rates", "findings", "states"}))
      return {};
    scenario_.title = root.text("title", true);
    scenario_.shows = root.text("shows");
    root.each_element("needs", [&](const ReadValue& need) { scenario_.needs.push_back(need.as_text()); });
    root.each_member("switches", [&](const std::string& name, const ReadValue& value) { read_switch(name, value); });
    root.each_element("links", [&](const ReadValue& value) { read_link(value); });
    read_node(root);
    root.each_member("hosts", [&](const std::string& name, const ReadValue& value) { read_host(name, value); });
    root.each_member("guests", [&](const std::string& name, const ReadValue& value) { read_guest(name, value); });
    return {std::move(scenario_), {}};
  }

 private:
  void claim(const std::string& name, const ReadValue& value) {
    if (!is_name(name))
      value.complain("name-invalid", "\"" + printable(name) + "\" is no name", "at most 15 letters, digits, '-', '_' and '.'");
    if (!names_.insert(name).second) value.complain("name-taken", "\"" + printable(name) + "\" is a switch, host or guest already");
  }

  void read_switch(const std::string& name, const ReadValue& value) {
    claim(name, value);
    if (!value.expect_members({"bonds"})) return;
    Switch made{name, {}};
    value.each_member("bonds", [&](const std::string& bond, const ReadValue& settings) {
      if (!settings.expect_members({"access", "trunk", "native"})) return;
      if (!is_name(bond)) settings.complain("name-invalid", "\"" + printable(bond) + "\" is no name");
      SwitchBond made_bond{bond, {}};
      made_bond.plugged.switch_name = name;
      read_port_vlans(settings, made_bond.plugged);
      made.bonds.push_back(std::move(made_bond));
    });
    scenario_.switches.push_back(std::move(made));
  }

  std::vector<std::string> switch_names() const {
    std::vector<std::string> names;
    for (const Switch& one : scenario_.switches) names.push_back(one.name);
    return names;
  }
  bool is_switch(const std::string& name) const {
    return std::any_of(scenario_.switches.begin(), scenario_.switches.end(), [&](const Switch& one) { return one.name == name; });
  }

  Port read_port(const std::string& name, const ReadValue& value) {
    Port port{name, {}, {}};
    if (!is_name(name)) value.complain("name-invalid", "\"" + printable(name) + "\" is no name of an interface");
    if (!value.expect_members({"switch", "bond", "access", "trunk", "native", "mtu", "addresses", "vlans"})) return port;
    port.plugged.switch_name = value.text("switch", true);
    port.plugged.bond = value.text("bond");
    read_port_vlans(value, port.plugged);
    if (const auto mtu = value.find("mtu")) port.mtu = static_cast<std::uint32_t>(mtu->as_number(kSmallestMtu, kLargestMtu).value_or(0));
    read_addresses(value, port.addresses);
    read_vlan_interfaces(value, port.plugged, port.vlans);
    const auto found = std::find_if(scenario_.switches.begin(), scenario_.switches.end(),
                                    [&](const Switch& one) { return one.name == port.plugged.switch_name; });
    if (found == scenario_.switches.end()) {
      value.complain("switch-unknown", "there is no switch \"" + printable(port.plugged.switch_name) + "\"",
                     suggest(port.plugged.switch_name, switch_names()));
    } else if (!port.plugged.bond.empty() && std::none_of(found->bonds.begin(), found->bonds.end(),
                                                          [&](const SwitchBond& bond) { return bond.name == port.plugged.bond; })) {
      value.complain("bond-unknown", "the switch has no bond \"" + printable(port.plugged.bond) + "\"",
                     "name it under the switch's \"bonds\"");
    }
    return port;
  }

  /// True if frames get from one switch to the other by links alone.
  bool are_linked(const std::string& from, const std::string& to) const {
    std::vector<std::string> reached{from};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      for (const SwitchLink& link : scenario_.links) {
        if (link.first != reached[i] && link.second != reached[i]) continue;
        const std::string& other = link.first == reached[i] ? link.second : link.first;
        if (std::find(reached.begin(), reached.end(), other) == reached.end()) reached.push_back(other);
      }
    }
    return std::find(reached.begin(), reached.end(), to) != reached.end();
  }

  void read_link(const ReadValue& value) {
    if (!value.expect_members({"between", "mlag"})) return;
    std::vector<std::string> ends;
    value.each_element("between", [&](const ReadValue& end) { ends.push_back(end.as_text()); });
    if (ends.size() != 2 || ends[0] == ends[1]) return value.complain("link-invalid", "\"between\" names two switches");
    for (const std::string& end : ends) {
      if (!is_switch(end))
        return value.complain("switch-unknown", "there is no switch \"" + printable(end) + "\"", suggest(end, switch_names()));
    }
    const SwitchLink made{ends[0], ends[1], value.flag("mlag")};
    if (are_linked(made.first, made.second))
      return value.complain("link-loop", "these switches are linked already, and the lab's switches speak no spanning tree");
    for (const SwitchLink& other : scenario_.links) {
      const bool shared =
          std::any_of(ends.begin(), ends.end(), [&](const std::string& end) { return end == other.first || end == other.second; });
      if (shared && made.mlag && other.mlag) return value.complain("mlag-pair", "a switch acts as one with one other switch, not with two");
    }
    scenario_.links.push_back(made);
  }

  void read_node(const ReadValue& root) {
    const auto node = root.find("node");
    if (!node) return root.complain("member-missing", "\"node\" is missing", "it names the node's interfaces and their switches");
    if (!node->expect_members({"ports", "addresses"})) return;
    node->each_member("ports", [&](const std::string& name, const ReadValue& value) {
      scenario_.node_ports.push_back(read_port(name, value));
      if (!scenario_.node_ports.back().addresses.empty() || !scenario_.node_ports.back().vlans.empty())
        value.complain("node-address", "the node's addresses come from its interfaces file");
    });
    node->each_element("addresses", [&](const ReadValue& element) {
      const auto address = parse_ip(element.as_text());
      if (address)
        scenario_.node_addresses.push_back(*address);
      else
        element.complain("address-invalid", address.error().what);
    });
  }

  void read_host(const std::string& name, const ReadValue& value) {
    claim(name, value);
    if (!value.expect_members({"ports", "bonds", "tunnels", "routes", "forwards"})) return;
    Host host{name, {}, {}, value.flag("forwards")};
    value.each_member("ports",
                      [&](const std::string& port, const ReadValue& settings) { host.ports.push_back(read_port(port, settings)); });
    value.each_member("bonds", [&](const std::string& bond, const ReadValue& settings) { read_host_bond(bond, settings, host); });
    value.each_member("tunnels",
                      [&](const std::string& tunnel, const ReadValue& settings) { read_tunnel(tunnel, settings, host.tunnels); });
    read_routes(value, host.routes);
    scenario_.hosts.push_back(std::move(host));
  }

  static void read_host_bond(const std::string& name, const ReadValue& value, Host& host) {
    if (!is_name(name)) value.complain("name-invalid", "\"" + printable(name) + "\" is no name of an interface");
    if (!value.expect_members({"ports", "addresses"})) return;
    HostBond bond{name, {}, {}};
    std::vector<std::string> known;
    for (const Port& port : host.ports) known.push_back(port.name);
    value.each_element("ports", [&](const ReadValue& element) {
      const std::string port = element.as_text();
      const auto found = std::find_if(host.ports.begin(), host.ports.end(), [&](const Port& one) { return one.name == port; });
      if (found == host.ports.end())
        return element.complain("port-unknown", "the host has no port \"" + printable(port) + "\"", suggest(port, known));
      if (!found->addresses.empty() || !found->vlans.empty())
        return element.complain("slave-address", "a port of a bond has no addresses of its own", "they belong to the bond");
      bond.ports.push_back(port);
    });
    if (bond.ports.empty()) value.complain("bond-empty", "a bond has \"ports\"");
    read_addresses(value, bond.addresses);
    host.bonds.push_back(std::move(bond));
  }

  void read_guest(const std::string& name, const ReadValue& value) {
    claim(name, value);
    if (!value.expect_members({"vmid", "ports", "routes"})) return;
    Guest guest{name, 0, {}, {}};
    const auto id = value.find("vmid");
    if (!id)
      value.complain("member-missing", "\"vmid\" is missing");
    else
      guest.vmid = static_cast<unsigned>(id->as_number(100, 999999999).value_or(0));
    const auto same = [&](const Guest& other) { return other.vmid == guest.vmid; };
    if (guest.vmid != 0 && std::any_of(scenario_.guests.begin(), scenario_.guests.end(), same))
      id->complain("vmid-taken", "another guest has this vmid");
    value.each_member("ports", [&](const std::string& port, const ReadValue& settings) {
      const auto index = port.starts_with("net") ? parse_number<unsigned>(std::string_view(port).substr(3)) : std::nullopt;
      if (!index || *index > 31) return settings.complain("name-invalid", "a guest's ports are net0 to net31");
      if (!settings.expect_members({"bridge", "addresses", "access", "trunk", "native", "vlans"})) return;
      GuestPort made{*index, settings.text("bridge"), {}};
      if (settings.find("bridge") && !is_name(made.bridge))
        settings.complain("name-invalid", "\"" + printable(made.bridge) + "\" is no name of a bridge");
      read_port_vlans(settings, made.vlans);
      if (made.bridge.empty() && made.vlans != SwitchPort{})
        settings.complain("vlans-of-card", "VLANs of this port are said by its guest's card",
                          "give it a \"bridge\", or tag= and trunks= in the guest's file");
      read_addresses(settings, made.addresses);
      read_vlan_interfaces(settings, made.vlans, made.tagged);
      guest.ports.push_back(std::move(made));
    });
    read_routes(value, guest.routes);
    scenario_.guests.push_back(std::move(guest));
  }

  Scenario scenario_;
  std::set<std::string> names_{std::string(kNode)};
};

}  // namespace

ParsedScenario parse_scenario(std::string_view text, const std::string& file) {
  Diagnostics diagnostics;
  ParsedScenario parsed;
  try {
    boost::json::error_code problem;
    boost::json::stream_parser parser;
    const std::size_t read = parser.write_some(text.data(), text.size(), problem);
    if (!problem) parser.finish(problem);
    if (!problem && !trim(replace_all(text.substr(read), '\n', ' ')).empty()) problem = boost::json::error::extra_data;
    if (problem) {
      diagnostics.push_back(
          {locate_offset(text, read, file), Severity::error, "json-invalid", "this is not JSON: " + problem.message(), "", {}});
      return {{}, std::move(diagnostics)};
    }
    const boost::json::value value = parser.release();
    const ReadValue::Document document{text, file, &diagnostics};
    const ReadValue root(document, value, {});
    parsed = ScenarioParser().parse(root);
    if (!has_errors(diagnostics)) read_checks(root, parsed.scenario);
    if (!has_errors(diagnostics)) read_states(root, parsed.scenario);
  } catch (const std::exception& problem) {
    diagnostics.push_back({SourceLocation{file, 0, 0}, Severity::error, "json-invalid", problem.what(), "", {}});
  }
  sort_diagnostics(diagnostics);
  parsed.diagnostics = std::move(diagnostics);
  return parsed;
}

std::string format_cable(const Cable& cable) { return cable.port.empty() ? cable.owner : cable.owner + "/" + cable.port; }

std::string node_end(const Guest& guest, const GuestPort& port) {
  return guest::device_name(port.card ? port.card->kind : guest::Kind::qemu, guest.vmid, static_cast<std::uint8_t>(port.index));
}

}  // namespace drawbridge::lab
