#include "firewall/build.h"

#include "firewall/build_parts.h"

namespace drawbridge::firewall {

rules::Program build_program(const Policy& policy, const NodeFacts& facts) {
  if (!policy.datacenter.options.enable) return {};
  Builder builder({}, policy, facts);
  builder.add_everything();
  return prune(std::move(builder).take());
}

rules::Program rebuild_guests(rules::Program program, const Policy& policy, const NodeFacts& facts, const std::set<guest::Vmid>& guests,
                              bool cards_changed) {
  if (!policy.datacenter.options.enable) return {};
  Builder builder(std::move(program), policy, facts);
  builder.replace_guests(guests, cards_changed);
  return std::move(builder).take();
}

}  // namespace drawbridge::firewall
