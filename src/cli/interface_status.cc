#include "cli/interface_status.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "network/plan.h"

namespace drawbridge::cli {
namespace {

constexpr std::array<std::string_view, 6> kHookOptions{"pre-up", "up", "post-up", "pre-down", "down", "post-down"};

bool same_line(const SourceLocation& a, const SourceLocation& b) { return a.file == b.file && a.line == b.line; }

bool asked_by(const network::Plan& plan, const SourceLocation& where) {
  return std::ranges::any_of(plan.operations, [&](const network::PlannedOperation& planned) { return same_line(planned.why, where); });
}

bool touches(const network::Plan& plan, const std::string& name) {
  return std::ranges::any_of(
      plan.operations, [&](const network::PlannedOperation& planned) { return network::operation_object(planned.operation) == name; });
}

/// The lines that the resolved state remembers: what the planner understood.
bool understood(const network::Desired& desired, const std::string& name, const SourceLocation& where) {
  const auto found = desired.links.find(name);
  if (found == desired.links.end()) return false;
  const network::DesiredLink& link = found->second;
  const auto any = [&](const auto& map) {
    return std::ranges::any_of(map, [&](const auto& entry) { return same_line(entry.second.where, where); });
  };
  const auto one = [&](const auto& asked) { return asked && same_line(asked->where, where); };
  if (one(link.mtu) || one(link.mac) || one(link.alias) || any(link.data) || any(link.port) || any(link.sysctl)) return true;
  if (std::ranges::any_of(link.addresses, [&](const auto& address) { return same_line(address.where, where); })) return true;
  const auto port_of = [&](const auto& entry) { return entry.second.master && same_line(entry.second.master->where, where); };
  return std::ranges::any_of(desired.links, port_of) ||
         std::ranges::any_of(desired.routes, [&](const auto& route) { return same_line(route.where, where); });
}

std::string value_text(const network::AttributeValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

/// Attributes that the planner holds to a default which no line of the file states, by the kernel's names.
void add_defaults(const network::DesiredLink& link, const network::Interface& interface, const network::Link* kernel,
                  InterfaceStatus& status) {
  for (const auto& [name, asked] : link.data) {
    const bool stated =
        std::ranges::any_of(interface.options, [&](const network::OptionLine& option) { return same_line(option.where, asked.where); });
    if (stated) continue;
    const bool equal = kernel != nullptr && kernel->data.contains(name) && kernel->data.find(name)->second == asked.value;
    status.options.push_back({name, value_text(asked.value), equal ? Check::pass : Check::fail});
  }
}

InterfaceStatus check_one(const network::Interface& interface, const network::Desired& desired, const network::Plan& plan,
                          const network::Snapshot& kernel, bool defaults) {
  const network::Link* link = kernel.find_link(interface.name);
  InterfaceStatus status;
  bool failed = touches(plan, interface.name) || asked_by(plan, interface.where);
  for (const network::OptionLine& option : interface.options) {
    OptionStatus entry{option.name, option.value, Check::unknown};
    const bool hook = std::ranges::find(kHookOptions, option.name) != kHookOptions.end();
    if (!hook && asked_by(plan, option.where)) {
      entry.status = Check::fail;
    } else if (!hook && understood(desired, interface.name, option.where)) {
      entry.status = link == nullptr ? Check::fail : Check::pass;
    }
    failed = failed || entry.status == Check::fail;
    status.options.push_back(std::move(entry));
  }
  const auto wanted = desired.links.find(interface.name);
  if (wanted == desired.links.end()) {
    status.status = link == nullptr ? Check::fail : Check::unknown;
    return status;
  }
  if (defaults) add_defaults(wanted->second, interface, link, status);
  status.status = failed || link == nullptr ? Check::fail : Check::pass;
  return status;
}

std::string seconds_text(const network::AttributeValue& hundredths) {
  const auto* value = std::get_if<std::uint64_t>(&hundredths);
  if (value == nullptr) return value_text(hundredths);
  const std::string rest = std::to_string(*value % 100);
  return std::to_string(*value / 100) + (*value % 100 == 0 ? "" : "." + std::string(2 - rest.size(), '0') + rest);
}

using Lines = std::vector<std::pair<std::string, std::string>>;

void add_bridge_lines(const network::Snapshot& kernel, const network::Link& link, Lines& lines) {
  std::string ports;
  for (const auto& [name, port] : kernel.links) {
    if (port.master == link.name) ports += (ports.empty() ? "" : " ") + name;
  }
  lines.emplace_back("bridge-ports", ports.empty() ? "none" : ports);
  const auto number = [&link](std::string_view key) -> std::optional<std::uint64_t> {
    const auto found = link.data.find(key);
    if (found == link.data.end() || !std::holds_alternative<std::uint64_t>(found->second)) return std::nullopt;
    return std::get<std::uint64_t>(found->second);
  };
  if (const auto stp = number("stp_state")) lines.emplace_back("bridge-stp", *stp != 0 ? "on" : "off");
  if (const auto delay = link.data.find("forward_delay"); delay != link.data.end())
    lines.emplace_back("bridge-fd", seconds_text(delay->second));
  if (number("vlan_filtering").value_or(0) != 0) lines.emplace_back("bridge-vlan-aware", "yes");
}

}  // namespace

std::string status_word(Check check) {
  if (check == Check::unknown) return "";
  return check == Check::pass ? "pass" : "fail";
}

std::map<std::string, InterfaceStatus> check_interfaces(const Meaning& meaning, const network::Snapshot& kernel,
                                                        const network::Desired& previous, const std::set<std::string>& names,
                                                        bool defaults) {
  network::Model model = meaning.model;
  for (const std::string& name : names) {
    const auto found = model.interfaces.find(name);
    if (found != model.interfaces.end()) found->second.autostart = true;
  }
  const network::Desired desired = network::resolve(model, &kernel).desired;
  const network::Plan plan = network::make_plan(kernel, desired, previous);
  std::map<std::string, InterfaceStatus> statuses;
  for (const std::string& name : names) {
    const auto found = model.interfaces.find(name);
    if (found != model.interfaces.end()) statuses.emplace(name, check_one(found->second, desired, plan, kernel, defaults));
  }
  return statuses;
}

std::optional<Lines> running_options(const network::Snapshot& kernel, const std::string& name) {
  const network::Link* link = kernel.find_link(name);
  if (link == nullptr) return std::nullopt;
  Lines lines;
  for (const network::Address& address : kernel.addresses) {
    if (address.link == link->name && !address.address.address.is_link_local()) {
      lines.emplace_back("address", format_interface_address(address.address));
    }
  }
  for (const network::Route& route : kernel.routes) {
    if (!route.destination.is_default() || route.table != 254) continue;
    for (const network::Nexthop& hop : route.nexthops) {
      if (hop.link == link->name && hop.gateway) lines.emplace_back("gateway", format_ip(*hop.gateway));
    }
  }
  if (link->kind == "bridge") add_bridge_lines(kernel, *link, lines);
  lines.emplace_back("mtu", std::to_string(link->mtu));
  if (!link->mac.is_zero()) lines.emplace_back("hwaddress", format_mac(link->mac));
  if (!link->alias.empty()) lines.emplace_back("alias", link->alias);
  return lines;
}

std::vector<std::string> lower_interfaces(const network::Interface& interface) {
  std::vector<std::string> lowers;
  for (const std::string_view option :
       {"bridge-ports", "bond-slaves", "slaves", "vlan-raw-device", "ovs-ports", "ovs-bonds", "vxlan-physdev"}) {
    const network::OptionLine* line = interface.find_option(option);
    if (line == nullptr) continue;
    for (const std::string_view word : split_list(line->value)) {
      if (word != "none") lowers.emplace_back(word);
    }
  }
  const auto dot = interface.name.rfind('.');
  if (lowers.empty() && interface.type == network::InterfaceType::vlan && dot != std::string::npos)
    lowers.push_back(interface.name.substr(0, dot));
  return lowers;
}

void add_lowers(const network::Model& model, std::set<std::string>& names) {
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    const auto found = model.interfaces.find(open.back());
    open.pop_back();
    if (found == model.interfaces.end()) continue;
    for (const std::string& lower : lower_interfaces(found->second)) {
      if (model.interfaces.contains(lower) && names.insert(lower).second) open.push_back(lower);
    }
  }
}

}  // namespace drawbridge::cli
