#include "network/link_defaults.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace drawbridge::network {
namespace {

constexpr std::uint64_t n(std::uint64_t value) { return value; }

const Attributes& none() {
  static const Attributes kNone;
  return kNone;
}

bool eat_digits(std::string_view& text) {
  const auto end = std::ranges::find_if(text, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) == 0; });
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count != 0;
}

/// PREFIX, digits, SEPARATOR, digits, and nothing behind.
bool is_numbered(std::string_view name, std::string_view prefix, char separator) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  if (!eat_digits(name) || name.empty() || name.front() != separator) return false;
  name.remove_prefix(1);
  return eat_digits(name) && name.empty();
}

}  // namespace

const Attributes& default_data(std::string_view kind) {
  static const Attributes kBridge{
      {"ageing_time", n(30000)},
      {"forward_delay", n(1500)},
      {"group_fwd_mask", n(0)},
      {"hello_time", n(200)},
      {"max_age", n(2000)},
      {"mcast_hash_max", n(4096)},
      {"mcast_igmp_version", n(2)},
      {"mcast_last_member_cnt", n(2)},
      {"mcast_last_member_intvl", n(100)},
      {"mcast_membership_intvl", n(26000)},
      {"mcast_mld_version", n(1)},
      {"mcast_querier", n(0)},
      {"mcast_querier_intvl", n(25500)},
      {"mcast_query_intvl", n(12500)},
      {"mcast_query_response_intvl", n(1000)},
      {"mcast_query_use_ifaddr", n(0)},
      {"mcast_router", n(1)},
      {"mcast_snooping", n(1)},
      {"mcast_startup_query_cnt", n(2)},
      {"mcast_startup_query_intvl", n(3124)},
      {"mcast_stats_enabled", n(0)},
      {"nf_call_arptables", n(0)},
      {"nf_call_ip6tables", n(0)},
      {"nf_call_iptables", n(0)},
      {"priority", n(32768)},
      {"stp_state", n(0)},
      {"vlan_default_pvid", n(1)},
      {"vlan_filtering", n(0)},
      {"vlan_protocol", std::string("802.1Q")},
      {"vlan_stats_enabled", n(0)},
      {"vlan_stats_per_port", n(0)},
  };
  static const Attributes kBond{
      {"ad_lacp_active", std::string("on")},
      {"ad_lacp_rate", std::string("slow")},
      {"ad_select", std::string("stable")},
      {"all_slaves_active", n(0)},
      {"arp_all_targets", std::string("any")},
      {"arp_interval", n(0)},
      {"arp_missed_max", n(2)},
      {"arp_validate", std::string("none")},
      {"downdelay", n(0)},
      {"fail_over_mac", std::string("none")},
      {"lp_interval", n(1)},
      {"miimon", n(0)},
      {"min_links", n(0)},
      {"mode", std::string("balance-rr")},
      {"num_peer_notif", n(1)},
      {"packets_per_slave", n(1)},
      {"peer_notify_delay", n(0)},
      {"primary_reselect", std::string("always")},
      {"resend_igmp", n(1)},
      {"tlb_dynamic_lb", n(1)},
      {"updelay", n(0)},
      {"use_carrier", n(1)},
      {"xmit_hash_policy", std::string("layer2")},
  };
  static const Attributes kVlan{
      {"bridge_binding", n(0)}, {"gvrp", n(0)}, {"loose_binding", n(0)}, {"mvrp", n(0)}, {"protocol", std::string("802.1Q")},
      {"reorder_hdr", n(1)}};
  static const Attributes kVxlan{{"ageing", n(300)},
                                 {"df", std::string("unset")},
                                 {"external", n(0)},
                                 {"l2miss", n(0)},
                                 {"l3miss", n(0)},
                                 {"label", n(0)},
                                 {"learning", n(1)},
                                 {"limit", n(0)},
                                 {"port", n(8472)},
                                 {"proxy", n(0)},
                                 {"rsc", n(0)},
                                 {"tos", n(0)},
                                 {"ttl", n(0)},
                                 {"udp_csum", n(1)},
                                 {"udp_zero_csum6_rx", n(0)},
                                 {"udp_zero_csum6_tx", n(0)}};
  static const Attributes kMacvlan{{"mode", std::string("vepa")}};
  static const Attributes kIp6Tunnel{{"encap_limit", n(4)}};
  if (kind == "ip6tnl" || kind == "ip6gre" || kind == "ip6gretap") return kIp6Tunnel;
  if (kind == "bridge") return kBridge;
  if (kind == "bond") return kBond;
  if (kind == "vlan") return kVlan;
  if (kind == "vxlan") return kVxlan;
  return kind == "macvlan" ? kMacvlan : none();
}

const Attributes& lacp_data() {
  static const Attributes kLacp{
      {"ad_actor_sys_prio", n(65535)}, {"ad_actor_system", std::string("00:00:00:00:00:00")}, {"ad_user_port_key", n(0)}};
  return kLacp;
}

const Attributes& default_port(std::string_view master_kind) {
  static const Attributes kBridgePort{
      {"bcast_flood", n(1)}, {"fastleave", n(0)},        {"flood", n(1)},          {"group_fwd_mask", n(0)}, {"guard", n(0)},
      {"hairpin", n(0)},     {"isolated", n(0)},         {"learning", n(1)},       {"mcast_flood", n(1)},    {"mcast_to_unicast", n(0)},
      {"priority", n(32)},   {"multicast_router", n(1)}, {"neigh_suppress", n(0)}, {"proxy_arp", n(0)},      {"proxy_arp_wifi", n(0)},
      {"root_block", n(0)},  {"vlan_tunnel", n(0)},
  };
  static const Attributes kBondPort{{"prio", n(0)}, {"queue_id", n(0)}};
  if (master_kind == "bridge") return kBridgePort;
  return master_kind == "bond" ? kBondPort : none();
}

const std::map<std::string, std::uint32_t, std::less<>>& default_sysctls() {
  static const std::map<std::string, std::uint32_t, std::less<>> kDefaults{
      {"ipv4.arp_accept", 0}, {"ipv4.forwarding", 0},    {"ipv4.promote_secondaries", 0}, {"ipv6.accept_ra", 1},  {"ipv6.addr_gen_mode", 0},
      {"ipv6.autoconf", 1},   {"ipv6.dad_transmits", 1}, {"ipv6.disable_ipv6", 0},        {"ipv6.forwarding", 0}, {"ipv6.use_tempaddr", 0},
  };
  return kDefaults;
}

bool is_learned(std::string_view attribute) {
  static constexpr std::string_view kLearned[] = {
      "active_slave",
      "ad_actor_key",
      "ad_actor_oper_port_state",
      "ad_aggregator",
      "ad_aggregator_id",
      "ad_num_ports",
      "ad_partner_key",
      "ad_partner_mac",
      "ad_partner_oper_port_state",
      "bridge_id",
      "config_pending",
      "designated_cost",
      "designated_port",
      kDrawnMac,
      "port_id",
      "link_failure_count",
      "mii_status",
      "port_no",
      kOriginalMtu,
      "perm_hwaddr",
      "root_id",
      "root_path_cost",
      "root_port",
      "slave_table",
      "state",
      "topology_change",
      "topology_change_ack",
      "topology_change_detected",
      "vlan_filtering_active",
  };
  return std::ranges::find(kLearned, attribute) != std::end(kLearned);
}

bool is_tunnel(std::string_view kind) {
  static constexpr std::string_view kTunnels[] = {"gre", "gretap", "ipip", "sit", "vti", "vti6", "ip6gre", "ip6gretap", "ip6tnl", "xfrm"};
  return std::ranges::find(kTunnels, kind) != std::end(kTunnels);
}

bool is_guest_port(std::string_view name) {
  return (name.size() > 3 && name.starts_with("tap")) || name.starts_with("fwpr") || is_numbered(name, "veth", 'i') ||
         is_numbered(name, "ve", 'i');
}

}  // namespace drawbridge::network
