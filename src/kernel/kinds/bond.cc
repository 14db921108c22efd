// Bonds and their ports: IFLA_BOND_* and IFLA_BOND_SLAVE_* of linux/if_link.h. Times in ms.
#include <linux/if_link.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr Word kModes[] = {{0, "balance-rr"}, {1, "active-backup"}, {2, "balance-xor"}, {3, "broadcast"},
                           {4, "802.3ad"},    {5, "balance-tlb"},   {6, "balance-alb"}};
constexpr Word kValidations[] = {{0, "none"},   {1, "active"},        {2, "backup"},       {3, "all"},
                                 {4, "filter"}, {5, "filter_active"}, {6, "filter_backup"}};
constexpr Word kTargets[] = {{0, "any"}, {1, "all"}};
constexpr Word kReselect[] = {{0, "always"}, {1, "better"}, {2, "failure"}};
constexpr Word kFailOverMac[] = {{0, "none"}, {1, "active"}, {2, "follow"}};
constexpr Word kHashPolicies[] = {{0, "layer2"}, {1, "layer3+4"}, {2, "layer2+3"}, {3, "encap2+3"}, {4, "encap3+4"}, {5, "vlan+srcmac"}};
constexpr Word kLacpRates[] = {{0, "slow"}, {1, "fast"}};
constexpr Word kLacpActive[] = {{0, "off"}, {1, "on"}};
constexpr Word kSelections[] = {{0, "stable"}, {1, "bandwidth"}, {2, "count"}};
constexpr Word kSlaveStates[] = {{0, "ACTIVE"}, {1, "BACKUP"}};
constexpr Word kMiiStates[] = {{0, "UP"}, {1, "GOING_DOWN"}, {2, "DOWN"}, {3, "GOING_BACK"}};

constexpr AttributeRow kBondData[] = {
    {"mode", IFLA_BOND_MODE, Shape::word8, Access::read_write, kModes},
    {"active_slave", IFLA_BOND_ACTIVE_SLAVE, Shape::link},
    {"miimon", IFLA_BOND_MIIMON, Shape::u32},
    {"updelay", IFLA_BOND_UPDELAY, Shape::u32},
    {"downdelay", IFLA_BOND_DOWNDELAY, Shape::u32},
    {"peer_notify_delay", IFLA_BOND_PEER_NOTIF_DELAY, Shape::u32},
    {"use_carrier", IFLA_BOND_USE_CARRIER, Shape::u8},
    {"arp_interval", IFLA_BOND_ARP_INTERVAL, Shape::u32},
    {"arp_ip_target", IFLA_BOND_ARP_IP_TARGET, Shape::ip4_list},
    {"arp_missed_max", IFLA_BOND_MISSED_MAX, Shape::u8},
    {"arp_validate", IFLA_BOND_ARP_VALIDATE, Shape::word32, Access::read_write, kValidations},
    {"arp_all_targets", IFLA_BOND_ARP_ALL_TARGETS, Shape::word32, Access::read_write, kTargets},
    {"primary", IFLA_BOND_PRIMARY, Shape::link},
    {"primary_reselect", IFLA_BOND_PRIMARY_RESELECT, Shape::word8, Access::read_write, kReselect},
    {"fail_over_mac", IFLA_BOND_FAIL_OVER_MAC, Shape::word8, Access::read_write, kFailOverMac},
    {"xmit_hash_policy", IFLA_BOND_XMIT_HASH_POLICY, Shape::word8, Access::read_write, kHashPolicies},
    {"resend_igmp", IFLA_BOND_RESEND_IGMP, Shape::u32},
    {"num_peer_notif", IFLA_BOND_NUM_PEER_NOTIF, Shape::u8},
    {"all_slaves_active", IFLA_BOND_ALL_SLAVES_ACTIVE, Shape::u8},
    {"min_links", IFLA_BOND_MIN_LINKS, Shape::u32},
    {"lp_interval", IFLA_BOND_LP_INTERVAL, Shape::u32},
    {"packets_per_slave", IFLA_BOND_PACKETS_PER_SLAVE, Shape::u32},
    {"ad_lacp_active", IFLA_BOND_AD_LACP_ACTIVE, Shape::word8, Access::read_write, kLacpActive},
    {"ad_lacp_rate", IFLA_BOND_AD_LACP_RATE, Shape::word8, Access::read_write, kLacpRates},
    {"ad_select", IFLA_BOND_AD_SELECT, Shape::word8, Access::read_write, kSelections},
    {"ad_actor_sys_prio", IFLA_BOND_AD_ACTOR_SYS_PRIO, Shape::u16},
    {"ad_user_port_key", IFLA_BOND_AD_USER_PORT_KEY, Shape::u16},
    {"ad_actor_system", IFLA_BOND_AD_ACTOR_SYSTEM, Shape::mac},
    {"tlb_dynamic_lb", IFLA_BOND_TLB_DYNAMIC_LB, Shape::u8},
    // The aggregator that carries the traffic, and who answers at its other end. A partner of zeros: no LACP over there.
    {"ad_aggregator", IFLA_BOND_AD_INFO_AGGREGATOR, Shape::u16, Access::read_only, {}, 0, IFLA_BOND_AD_INFO},
    {"ad_num_ports", IFLA_BOND_AD_INFO_NUM_PORTS, Shape::u16, Access::read_only, {}, 0, IFLA_BOND_AD_INFO},
    {"ad_actor_key", IFLA_BOND_AD_INFO_ACTOR_KEY, Shape::u16, Access::read_only, {}, 0, IFLA_BOND_AD_INFO},
    {"ad_partner_key", IFLA_BOND_AD_INFO_PARTNER_KEY, Shape::u16, Access::read_only, {}, 0, IFLA_BOND_AD_INFO},
    {"ad_partner_mac", IFLA_BOND_AD_INFO_PARTNER_MAC, Shape::mac, Access::read_only, {}, 0, IFLA_BOND_AD_INFO},
};

constexpr AttributeRow kBondPort[] = {
    {"state", IFLA_BOND_SLAVE_STATE, Shape::word8, Access::read_only, kSlaveStates},
    {"mii_status", IFLA_BOND_SLAVE_MII_STATUS, Shape::word8, Access::read_only, kMiiStates},
    {"link_failure_count", IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, Shape::u32, Access::read_only},
    {"perm_hwaddr", IFLA_BOND_SLAVE_PERM_HWADDR, Shape::mac, Access::read_only},
    {"queue_id", IFLA_BOND_SLAVE_QUEUE_ID, Shape::u16},
    {"prio", IFLA_BOND_SLAVE_PRIO, Shape::u32},
    {"ad_aggregator_id", IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, Shape::u16, Access::read_only},
    {"ad_actor_oper_port_state", IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, Shape::u8, Access::read_only},
    {"ad_partner_oper_port_state", IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, Shape::u16, Access::read_only},
};

}  // namespace

const LinkKind kBond{"bond", kBondData, kBondPort};

}  // namespace drawbridge::kernel
