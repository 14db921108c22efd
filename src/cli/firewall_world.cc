#include "cli/firewall_world.h"

#include <set>

#include "cli/firewall_desk.h"
#include "cli/guest_desk.h"
#include "guest/bridge_policy.h"
#include "guest/device_name.h"
#include "store/guest_files.h"

namespace drawbridge::cli {
namespace {

/// Bridges of the interfaces file; none without one.
Result<std::set<std::string>> bridges_of_files(Context& context) {
  const auto source = read_running(context.system.files(), context.system.root());
  if (!source && source.error().code == Errc::not_found) return std::set<std::string>();
  if (!source) return fail(source.error());
  const auto model = network::make_model(source->configuration, nullptr);
  const auto policies = guest::bridge_policies(model, network::resolve(model, nullptr).desired);
  std::set<std::string> names;
  for (const auto& [name, policy] : policies.bridges) names.insert(name);
  return names;
}

Result<void> take_cards(FirewallWorld& world, Context& context, const std::string& node) {
  auto bridges = TRY(bridges_of_files(context));
  const auto inventory = TRY(store::read_inventory(context.system.files(), context.system.root(), node));
  for (const auto& guest : inventory.guests) {
    for (const auto& [slot, nic] : guest.settings.nics) {
      world.facts.cards.push_back({guest.vmid, nic, guest::device_name(guest.kind, guest.vmid, slot), guest.kind == guest::Kind::lxc});
      if (!nic.bridge.empty()) bridges.insert(nic.bridge);
    }
  }
  world.facts.guest_bridges.assign(bridges.begin(), bridges.end());
  return {};
}

}  // namespace

Result<FirewallWorld> read_firewall_world(Context& context) {
  FirewallWorld world;
  const auto node = TRY(node_name(context));
  const auto place = look_at_node(context, node);
  const auto inputs = TRY(read_firewall_inputs(context, node));
  auto resolved = firewall::resolve(inputs.documents, inputs.surroundings);
  world.policy = std::move(resolved.value);
  world.diagnostics = std::move(resolved.diagnostics);
  world.tables = inputs.surroundings->tables;
  world.facts.name = node;
  world.facts.own_addresses = place.facts.host_addresses;
  for (const auto& own : place.facts.addresses) world.facts.own_addresses.push_back(own.address);
  world.facts.bridge_addresses = place.bridge_addresses;
  world.facts.cluster_links = place.links;
  world.facts.cluster_multicast = place.corosync.transport == "udp";
  TRY_VOID(take_cards(world, context, node));
  return world;
}

}  // namespace drawbridge::cli
