#include "guest/bridge_policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "network/option_key.h"
#include "network/validate_checks.h"

namespace drawbridge::guest {
namespace {

using network::Interface;
using network::OptionLine;

constexpr std::array<std::pair<std::string_view, Untagged>, 3> kUntagged{
    {{"access", Untagged::access}, {"trunk", Untagged::trunk}, {"none", Untagged::none}}};

void report(Diagnostics& diagnostics, const OptionLine& option, std::string hint) {
  diagnostics.push_back({option.value_where,
                         Severity::error,
                         "value-invalid",
                         "'" + printable(trim(option.value)) + "' is no value for " + printable(option.name),
                         std::move(hint),
                         {}});
}

bool read_switch(const Interface& bridge, std::string_view name, Diagnostics& diagnostics) {
  const auto* option = bridge.find_option(name);
  if (option == nullptr) return false;
  const auto on = network::parse_switch(trim(option->value));
  if (!on) report(diagnostics, *option, "write yes or no");
  return on.value_or(false);
}

Untagged read_untagged(const Interface& bridge, Diagnostics& diagnostics) {
  const auto* option = bridge.find_option("bridge-guest-untagged");
  if (option == nullptr) return Untagged::unsaid;
  const auto found = std::ranges::find(kUntagged, trim(option->value), [](const auto& row) { return row.first; });
  if (found != kUntagged.end()) return found->second;
  report(diagnostics, *option, "write access, trunk or none");
  return Untagged::unsaid;
}

/// Words that are no VLANs are reported by the check of the file.
std::vector<VlanRange> read_vids(const Interface& bridge) {
  std::vector<VlanRange> ranges;
  const auto* option = bridge.find_option("bridge-vids");
  if (option == nullptr) return ranges;
  for (const auto word : split_list(option->value))
    if (const auto range = network::parse_vid_range(word)) ranges.push_back({range->first, range->second});
  std::ranges::sort(ranges);
  std::vector<VlanRange> joined;
  for (const auto& range : ranges) {
    if (!joined.empty() && joined.back().last + 1 >= range.first) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

}  // namespace

const BridgePolicy& BridgePolicies::of(std::string_view bridge) const {
  static const BridgePolicy kUsual;
  const auto found = bridges.find(bridge);
  return found == bridges.end() ? kUsual : found->second;
}

BridgePolicies bridge_policies(const network::Model& model, const network::Desired& desired) {
  BridgePolicies policies;
  for (const auto& [name, interface] : model.interfaces) {
    policies.described.insert(name);
    const bool openvswitch = interface.type == network::InterfaceType::ovs_bridge;
    if (interface.type != network::InterfaceType::bridge && !openvswitch) continue;
    BridgePolicy& policy = policies.bridges[name];
    policy.where = interface.where;
    policy.is_openvswitch = openvswitch;
    policy.learns = !read_switch(interface, "bridge-disable-mac-learning", policies.diagnostics);
    policy.isolates = read_switch(interface, "bridge-guest-isolation", policies.diagnostics);
    policy.untagged = read_untagged(interface, policies.diagnostics);
    policy.vids = read_vids(interface);
  }
  for (const auto& [name, link] : desired.links) {
    policies.described.insert(name);
    const auto bridge = link.master ? policies.bridges.find(link.master->value) : policies.bridges.end();
    if (bridge != policies.bridges.end()) bridge->second.ports.push_back(name);
  }
  return policies;
}

}  // namespace drawbridge::guest
