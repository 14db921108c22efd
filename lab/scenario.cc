#include "lab/scenario.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "lab/scenario_checks.h"
#include "lab/scenario_reader.h"

namespace drawbridge::lab {
namespace {

/// Names become namespaces and interfaces: 15 bytes, letters, digits, '-', '_' and '.'.
bool is_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= 15 && name != "." && name != ".." && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), good);
}

class ScenarioParser {
 public:
  ParsedScenario parse(const ReadValue& root) {
    if (!root.expect_members({"title", "shows", "needs", "node", "switches", "hosts", "guests", "traffic"})) return {};
    scenario_.title = root.text("title", true);
    scenario_.shows = root.text("shows");
    root.each_element("needs", [&](const ReadValue& need) { scenario_.needs.push_back(need.as_text()); });
    root.each_member("switches", [&](const std::string& name, const ReadValue& value) { read_switch(name, value); });
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

  static std::optional<std::uint16_t> vlan(const ReadValue& value) {
    const auto number = value.as_number(1, 4094);
    if (!number) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
  }

  static void read_vlans(const ReadValue& value, SwitchPort& port) {
    if (const auto access = value.find("access")) port.access = vlan(*access);
    if (const auto native = value.find("native")) port.native = vlan(*native);
    value.each_element("trunk", [&](const ReadValue& element) {
      if (const auto number = vlan(element)) port.trunk.push_back(*number);
    });
    if (port.access && (!port.trunk.empty() || port.native)) value.complain("vlans-conflict", "a port is either an access port or a trunk");
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
      read_vlans(settings, made_bond.plugged);
      made.bonds.push_back(std::move(made_bond));
    });
    scenario_.switches.push_back(std::move(made));
  }

  Port read_port(const std::string& name, const ReadValue& value) {
    Port port{name, {}, {}};
    if (!is_name(name)) value.complain("name-invalid", "\"" + printable(name) + "\" is no name of an interface");
    if (!value.expect_members({"switch", "bond", "access", "trunk", "native", "addresses"})) return port;
    port.plugged.switch_name = value.text("switch", true);
    port.plugged.bond = value.text("bond");
    read_vlans(value, port.plugged);
    read_addresses(value, port.addresses);
    const auto found = std::find_if(scenario_.switches.begin(), scenario_.switches.end(),
                                    [&](const Switch& one) { return one.name == port.plugged.switch_name; });
    if (found == scenario_.switches.end()) {
      value.complain("switch-unknown", "there is no switch \"" + printable(port.plugged.switch_name) + "\"", "name it under \"switches\"");
    } else if (!port.plugged.bond.empty() && std::none_of(found->bonds.begin(), found->bonds.end(),
                                                          [&](const SwitchBond& bond) { return bond.name == port.plugged.bond; })) {
      value.complain("bond-unknown", "the switch has no bond \"" + printable(port.plugged.bond) + "\"",
                     "name it under the switch's \"bonds\"");
    }
    return port;
  }

  static void read_addresses(const ReadValue& value, std::vector<InterfaceAddress>& addresses) {
    value.each_element("addresses", [&](const ReadValue& element) {
      const auto address = parse_interface_address(element.as_text());
      if (address)
        addresses.push_back(*address);
      else
        element.complain("address-invalid", address.error().what, "an address with its length, such as 192.0.2.7/24");
    });
  }

  static void read_routes(const ReadValue& value, std::vector<Route>& routes) {
    value.each_element("routes", [&](const ReadValue& element) {
      if (!element.expect_members({"to", "via"})) return;
      Route route;
      const std::string to = element.text("to", true);
      const auto via = parse_ip(element.text("via", true));
      if (to != "default") {
        const auto prefix = parse_prefix(to);
        if (!prefix) return element.complain("route-invalid", prefix.error().what, "a network such as 192.0.2.0/24, or default");
        route.to = *prefix;
      }
      if (!via) return element.complain("route-invalid", via.error().what, "\"via\" is the gateway's address");
      route.via = *via;
      routes.push_back(route);
    });
  }

  void read_node(const ReadValue& root) {
    names_.insert(std::string(kNode));
    const auto node = root.find("node");
    if (!node) return root.complain("member-missing", "\"node\" is missing", "it names the node's interfaces and their switches");
    if (!node->expect_members({"ports", "addresses"})) return;
    node->each_member("ports", [&](const std::string& name, const ReadValue& value) {
      scenario_.node_ports.push_back(read_port(name, value));
      if (!scenario_.node_ports.back().addresses.empty())
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
    if (!value.expect_members({"ports", "routes", "forwards"})) return;
    Host host{name, {}, {}, value.flag("forwards")};
    value.each_member("ports",
                      [&](const std::string& port, const ReadValue& settings) { host.ports.push_back(read_port(port, settings)); });
    read_routes(value, host.routes);
    scenario_.hosts.push_back(std::move(host));
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
      if (!settings.expect_members({"bridge", "addresses"})) return;
      GuestPort made{*index, settings.text("bridge", true), {}};
      if (!is_name(made.bridge)) settings.complain("name-invalid", "\"" + printable(made.bridge) + "\" is no name of a bridge");
      read_addresses(settings, made.addresses);
      guest.ports.push_back(std::move(made));
    });
    read_routes(value, guest.routes);
    scenario_.guests.push_back(std::move(guest));
  }

  Scenario scenario_;
  std::set<std::string> names_;
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
  } catch (const std::exception& problem) {
    diagnostics.push_back({SourceLocation{file, 0, 0}, Severity::error, "json-invalid", problem.what(), "", {}});
  }
  sort_diagnostics(diagnostics);
  parsed.diagnostics = std::move(diagnostics);
  return parsed;
}

std::string tap_name(const Guest& guest, const GuestPort& port) {
  return "tap" + std::to_string(guest.vmid) + "i" + std::to_string(port.index);
}

}  // namespace drawbridge::lab
