#include "cli/firewall_world.h"

#include <set>

#include "cli/firewall_desk.h"
#include "cli/guest_desk.h"
#include "guest/bridge_policy.h"
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

}  // namespace

std::string why_off(const FirewallWorld& world) {
  return world.policy.datacenter.options.enable_until ? "the trial of cluster.fw's \"enable\" is over"
                                                      : "cluster.fw does not say \"enable: 1\"";
}

Result<FirewallWorld> read_firewall_world(Context& context) {
  FirewallWorld world;
  const auto node = TRY(node_name(context));
  const auto place = look_at_node(context, node);
  const auto inputs = TRY(read_firewall_inputs(context, node));
  const auto inventory = TRY(store::read_inventory(context.system.files(), context.system.root(), node));
  auto resolved = firewall::resolve(inputs.documents, inputs.surroundings);
  world.policy = std::move(resolved.value);
  auto& options = world.policy.datacenter.options;
  options.enable = is_on(options, unix_time(context.system.clock()));  // a trial may be over
  world.diagnostics = std::move(resolved.diagnostics);
  world.tables = inputs.surroundings->tables;
  world.facts = facts_of_node(node, place, inventory.guests, TRY(bridges_of_files(context)));
  return world;
}

}  // namespace drawbridge::cli
