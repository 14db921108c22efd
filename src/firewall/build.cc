#include "firewall/build.h"

#include "firewall/build_parts.h"

namespace drawbridge::firewall {

rules::Program build_program(const Policy& policy, const NodeFacts& facts) {
  if (!policy.datacenter.options.enable) return {};
  Builder builder({}, policy, facts);
  builder.add_everything();
  builder.prune();
  return std::move(builder).take();
}

rules::Program rebuild_guest(rules::Program program, const Policy& policy, const NodeFacts& facts, guest::Vmid vmid) {
  if (!policy.datacenter.options.enable) return {};
  Builder builder(std::move(program), policy, facts);
  builder.remove_guest(vmid);
  builder.add_guest_cards(vmid);
  builder.prune();
  return std::move(builder).take();
}

}  // namespace drawbridge::firewall
