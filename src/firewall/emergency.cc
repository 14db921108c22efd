#include "firewall/emergency.h"

#include "firewall/build.h"
#include "firewall/resolve.h"

namespace drawbridge::firewall {

rules::Program emergency_program(const NodeFacts& facts, std::span<const Prefix> local_networks) {
  auto surroundings = std::make_shared<Surroundings>();
  surroundings->local_networks.assign(local_networks.begin(), local_networks.end());
  const Documents documents{
      parse_document("[OPTIONS]\nenable: 1\n", "(emergency)", Level::datacenter), parse_document("", "(emergency)", Level::node), {}, {}};
  Policy policy = resolve(documents, std::move(surroundings)).value;
  Guest closed;
  closed.options.enable = true;
  closed.options.dhcp = closed.options.ndp = false;
  closed.options.policy_out = Verdict::drop;
  for (const auto& card : facts.cards) {
    closed.vmid = card.vmid;
    if (card.nic.is_firewalled()) policy.guests.try_emplace(card.vmid, closed);
  }
  return build_program(policy, facts);
}

}  // namespace drawbridge::firewall
