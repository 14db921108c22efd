#include "network/types/bond_options.h"

#include <algorithm>

namespace drawbridge::network {

std::span<const BondModeRule> bond_mode_rules() {
  using Modes = std::vector<std::string_view>;
  static const Modes lacp{"802.3ad"};
  static const Modes primary{"active-backup", "balance-tlb", "balance-alb"};
  static const Modes arp{"balance-rr", "active-backup", "balance-xor", "broadcast"};
  static const Modes hash{"balance-xor", "802.3ad", "balance-tlb", "balance-alb"};
  static const std::vector<BondModeRule> rules{
      {"bond-ad-actor-sys-prio", "ad_actor_sys_prio", lacp},
      {"bond-ad-actor-system", "ad_actor_system", lacp},
      {"bond-ad-select", "ad_select", lacp},
      {"bond-ad-user-port-key", "ad_user_port_key", lacp},
      {"bond-arp-interval", "arp_interval", arp},
      {"bond-arp-ip-target", "arp_ip_target", arp},
      {"bond-arp-validate", "arp_validate", arp},
      {"bond-lacp-active", "ad_lacp_active", lacp},
      {"bond-lacp-rate", "ad_lacp_rate", lacp},
      {"bond-lp-interval", "lp_interval", {"balance-tlb", "balance-alb"}},
      {"bond-min-links", "min_links", lacp},
      {"bond-packets-per-slave", "packets_per_slave", {"balance-rr"}},
      {"bond-primary", "primary", primary},
      {"bond-primary-reselect", "primary_reselect", primary},
      {"bond-tlb-dynamic-lb", "tlb_dynamic_lb", {"balance-tlb", "balance-alb"}},
      {"bond-xmit-hash-policy", "xmit_hash_policy", hash},
  };
  return rules;
}

bool bond_mode_takes(std::string_view mode, std::string_view attribute) {
  const auto rule = std::ranges::find(bond_mode_rules(), attribute, &BondModeRule::attribute);
  return rule == bond_mode_rules().end() || std::ranges::find(rule->modes, mode) != rule->modes.end();
}

}  // namespace drawbridge::network
