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
  if (one(link.mtu) || one(link.mac) || one(link.alias) || one(link.parent) || one(link.master) || one(link.vlans)) return true;
  if (any(link.data) || any(link.port) || any(link.sysctl) || any(link.ethtool)) return true;
  if (std::ranges::any_of(link.fdb, [&](const auto& entry) { return same_line(entry.where, where); })) return true;
  if (std::ranges::any_of(link.addresses, [&](const auto& address) { return same_line(address.where, where); })) return true;
  // A line of one stanza may be about another link: the ports of a bridge, and what the bridge says about them.
  const auto port_of = [&](const auto& entry) {
    const network::DesiredLink& port = entry.second;
    return (port.master && same_line(port.master->where, where)) || (port.vlans && same_line(port.vlans->where, where)) ||
           std::ranges::any_of(port.port, [&](const auto& setting) { return same_line(setting.second.where, where); });
  };
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

std::vector<std::string> lower_interfaces(const network::Model& model, const network::Interface& interface) {
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
  if (interface.find_option("vrf-table") == nullptr) return lowers;
  // The members name their VRF, not the other way round.
  for (const auto& [name, member] : model.interfaces) {
    const network::OptionLine* vrf = member.find_option("vrf");
    if (vrf != nullptr && vrf->value == interface.name) lowers.push_back(name);
  }
  return lowers;
}

void add_lowers(const network::Model& model, std::set<std::string>& names) {
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    const auto found = model.interfaces.find(open.back());
    open.pop_back();
    if (found == model.interfaces.end()) continue;
    for (const std::string& lower : lower_interfaces(model, found->second)) {
      if (model.interfaces.contains(lower) && names.insert(lower).second) open.push_back(lower);
    }
  }
}

}  // namespace drawbridge::cli
