// Bridge and bridge ports: IFLA_BR_* and IFLA_BRPORT_* of linux/if_link.h, times in 1/100 s as the kernel has them.
// Left out: running clocks (gc_timer…) and counters of learned entries, because two dumps of a bridge that nobody touched must be
// equal; and the actions (fdb_flush), which are not state.
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

// Younger than the headers of Debian 12.
constexpr std::uint16_t kPortMab = IFLA_BRPORT_LOCKED + 1;
constexpr std::uint16_t kPortMcastMaxGroups = IFLA_BRPORT_LOCKED + 3;
constexpr std::uint16_t kPortNeighVlanSuppress = IFLA_BRPORT_LOCKED + 4;
constexpr std::uint16_t kBridgeFdbMaxLearned = IFLA_BR_MCAST_QUERIER_STATE + 2;

constexpr Word kVlanProtocols[] = {{ETH_P_8021Q, "802.1Q"}, {ETH_P_8021AD, "802.1ad"}};
constexpr Word kPortStates[] = {{BR_STATE_DISABLED, "disabled"},
                                {BR_STATE_LISTENING, "listening"},
                                {BR_STATE_LEARNING, "learning"},
                                {BR_STATE_FORWARDING, "forwarding"},
                                {BR_STATE_BLOCKING, "blocking"}};

constexpr AttributeRow kBridgeData[] = {
    {"forward_delay", IFLA_BR_FORWARD_DELAY, Shape::u32},
    {"hello_time", IFLA_BR_HELLO_TIME, Shape::u32},
    {"max_age", IFLA_BR_MAX_AGE, Shape::u32},
    {"ageing_time", IFLA_BR_AGEING_TIME, Shape::u32},
    {"stp_state", IFLA_BR_STP_STATE, Shape::u32},
    {"priority", IFLA_BR_PRIORITY, Shape::u16},
    {"vlan_filtering", IFLA_BR_VLAN_FILTERING, Shape::u8},
    {"vlan_protocol", IFLA_BR_VLAN_PROTOCOL, Shape::word16be, Access::read_write, kVlanProtocols},
    {"vlan_default_pvid", IFLA_BR_VLAN_DEFAULT_PVID, Shape::u16},
    {"vlan_stats_enabled", IFLA_BR_VLAN_STATS_ENABLED, Shape::u8},
    {"vlan_stats_per_port", IFLA_BR_VLAN_STATS_PER_PORT, Shape::u8},
    {"group_fwd_mask", IFLA_BR_GROUP_FWD_MASK, Shape::u16},
    {"group_addr", IFLA_BR_GROUP_ADDR, Shape::mac},
    {"no_linklocal_learn", IFLA_BR_MULTI_BOOLOPT, Shape::bit, Access::read_write, {}, BR_BOOLOPT_NO_LL_LEARN},
    {"mcast_vlan_snooping", IFLA_BR_MULTI_BOOLOPT, Shape::bit, Access::read_write, {}, BR_BOOLOPT_MCAST_VLAN_SNOOPING},
    {"mst_enabled", IFLA_BR_MULTI_BOOLOPT, Shape::bit, Access::read_write, {}, BR_BOOLOPT_MST_ENABLE},
    {"mcast_router", IFLA_BR_MCAST_ROUTER, Shape::u8},
    {"mcast_snooping", IFLA_BR_MCAST_SNOOPING, Shape::u8},
    {"mcast_query_use_ifaddr", IFLA_BR_MCAST_QUERY_USE_IFADDR, Shape::u8},
    {"mcast_querier", IFLA_BR_MCAST_QUERIER, Shape::u8},
    {"mcast_hash_elasticity", IFLA_BR_MCAST_HASH_ELASTICITY, Shape::u32},
    {"mcast_hash_max", IFLA_BR_MCAST_HASH_MAX, Shape::u32},
    {"mcast_last_member_cnt", IFLA_BR_MCAST_LAST_MEMBER_CNT, Shape::u32},
    {"mcast_startup_query_cnt", IFLA_BR_MCAST_STARTUP_QUERY_CNT, Shape::u32},
    {"mcast_last_member_intvl", IFLA_BR_MCAST_LAST_MEMBER_INTVL, Shape::u64},
    {"mcast_membership_intvl", IFLA_BR_MCAST_MEMBERSHIP_INTVL, Shape::u64},
    {"mcast_querier_intvl", IFLA_BR_MCAST_QUERIER_INTVL, Shape::u64},
    {"mcast_query_intvl", IFLA_BR_MCAST_QUERY_INTVL, Shape::u64},
    {"mcast_query_response_intvl", IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, Shape::u64},
    {"mcast_startup_query_intvl", IFLA_BR_MCAST_STARTUP_QUERY_INTVL, Shape::u64},
    {"mcast_stats_enabled", IFLA_BR_MCAST_STATS_ENABLED, Shape::u8},
    {"mcast_igmp_version", IFLA_BR_MCAST_IGMP_VERSION, Shape::u8},
    {"mcast_mld_version", IFLA_BR_MCAST_MLD_VERSION, Shape::u8},
    {"nf_call_iptables", IFLA_BR_NF_CALL_IPTABLES, Shape::u8},
    {"nf_call_ip6tables", IFLA_BR_NF_CALL_IP6TABLES, Shape::u8},
    {"nf_call_arptables", IFLA_BR_NF_CALL_ARPTABLES, Shape::u8},
    {"fdb_max_learned", kBridgeFdbMaxLearned, Shape::u32},
    {"bridge_id", IFLA_BR_BRIDGE_ID, Shape::bridge_id, Access::read_only},
    {"root_id", IFLA_BR_ROOT_ID, Shape::bridge_id, Access::read_only},
    {"root_port", IFLA_BR_ROOT_PORT, Shape::u16, Access::read_only},
    {"root_path_cost", IFLA_BR_ROOT_PATH_COST, Shape::u32, Access::read_only},
    {"topology_change", IFLA_BR_TOPOLOGY_CHANGE, Shape::u8, Access::read_only},
    {"topology_change_detected", IFLA_BR_TOPOLOGY_CHANGE_DETECTED, Shape::u8, Access::read_only},
};

constexpr AttributeRow kBridgePort[] = {
    {"state", IFLA_BRPORT_STATE, Shape::word8, Access::read_write, kPortStates},
    {"priority", IFLA_BRPORT_PRIORITY, Shape::u16},
    {"cost", IFLA_BRPORT_COST, Shape::u32},
    {"hairpin", IFLA_BRPORT_MODE, Shape::u8},
    {"guard", IFLA_BRPORT_GUARD, Shape::u8},
    {"root_block", IFLA_BRPORT_PROTECT, Shape::u8},
    {"fastleave", IFLA_BRPORT_FAST_LEAVE, Shape::u8},
    {"learning", IFLA_BRPORT_LEARNING, Shape::u8},
    {"flood", IFLA_BRPORT_UNICAST_FLOOD, Shape::u8},
    {"proxy_arp", IFLA_BRPORT_PROXYARP, Shape::u8},
    {"proxy_arp_wifi", IFLA_BRPORT_PROXYARP_WIFI, Shape::u8},
    {"multicast_router", IFLA_BRPORT_MULTICAST_ROUTER, Shape::u8},
    {"mcast_flood", IFLA_BRPORT_MCAST_FLOOD, Shape::u8},
    {"bcast_flood", IFLA_BRPORT_BCAST_FLOOD, Shape::u8},
    {"mcast_to_unicast", IFLA_BRPORT_MCAST_TO_UCAST, Shape::u8},
    {"vlan_tunnel", IFLA_BRPORT_VLAN_TUNNEL, Shape::u8},
    {"group_fwd_mask", IFLA_BRPORT_GROUP_FWD_MASK, Shape::u16},
    {"neigh_suppress", IFLA_BRPORT_NEIGH_SUPPRESS, Shape::u8},
    {"neigh_vlan_suppress", kPortNeighVlanSuppress, Shape::u8},
    {"isolated", IFLA_BRPORT_ISOLATED, Shape::u8},
    {"backup_port", IFLA_BRPORT_BACKUP_PORT, Shape::link},
    {"mcast_eht_hosts_limit", IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT, Shape::u32},
    {"mcast_max_groups", kPortMcastMaxGroups, Shape::u32},
    {"locked", IFLA_BRPORT_LOCKED, Shape::u8},
    {"mab", kPortMab, Shape::u8},
    {"port_id", IFLA_BRPORT_ID, Shape::u16, Access::read_only},
    {"port_no", IFLA_BRPORT_NO, Shape::u16, Access::read_only},
    {"designated_port", IFLA_BRPORT_DESIGNATED_PORT, Shape::u16, Access::read_only},
    {"designated_cost", IFLA_BRPORT_DESIGNATED_COST, Shape::u16, Access::read_only},
    {"bridge_id", IFLA_BRPORT_BRIDGE_ID, Shape::bridge_id, Access::read_only},
    {"root_id", IFLA_BRPORT_ROOT_ID, Shape::bridge_id, Access::read_only},
    {"topology_change_ack", IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, Shape::u8, Access::read_only},
    {"config_pending", IFLA_BRPORT_CONFIG_PENDING, Shape::u8, Access::read_only},
};

}  // namespace

const LinkKind kBridge{"bridge", kBridgeData, kBridgePort};

}  // namespace drawbridge::kernel
