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
  return kind == "bridge" ? kBridge : none();
}

const Attributes& default_port(std::string_view master_kind) {
  static const Attributes kBridgePort{
      {"bcast_flood", n(1)}, {"fastleave", n(0)},        {"flood", n(1)},          {"group_fwd_mask", n(0)}, {"guard", n(0)},
      {"hairpin", n(0)},     {"isolated", n(0)},         {"learning", n(1)},       {"mcast_flood", n(1)},    {"mcast_to_unicast", n(0)},
      {"priority", n(32)},   {"multicast_router", n(1)}, {"neigh_suppress", n(0)}, {"proxy_arp", n(0)},      {"proxy_arp_wifi", n(0)},
      {"root_block", n(0)},  {"vlan_tunnel", n(0)},
  };
  return master_kind == "bridge" ? kBridgePort : none();
}

const std::map<std::string, std::uint32_t, std::less<>>& default_sysctls() {
  static const std::map<std::string, std::uint32_t, std::less<>> kDefaults{
      {"ipv4.forwarding", 0}, {"ipv4.promote_secondaries", 0}, {"ipv6.accept_ra", 1},
      {"ipv6.autoconf", 1},   {"ipv6.disable_ipv6", 0},        {"ipv6.forwarding", 0},
  };
  return kDefaults;
}

bool is_learned(std::string_view attribute) {
  static constexpr std::array<std::string_view, 21> kLearned{"ad_actor_oper_port_state",
                                                             "ad_aggregator_id",
                                                             "ad_partner_oper_port_state",
                                                             "bridge_id",
                                                             "config_pending",
                                                             "designated_cost",
                                                             "designated_port",
                                                             "id",
                                                             "mii_status",
                                                             "no",
                                                             "perm_hwaddr",
                                                             "root_id",
                                                             "root_path_cost",
                                                             "root_port",
                                                             "state",
                                                             "table",
                                                             "topology_change",
                                                             "topology_change_ack",
                                                             "topology_change_detected",
                                                             "vlan_filtering_active",
                                                             "active_slave"};
  return std::ranges::find(kLearned, attribute) != kLearned.end();
}

bool is_guest_port(std::string_view name) {
  return (name.size() > 3 && name.starts_with("tap")) || name.starts_with("fwpr") || is_numbered(name, "veth", 'i');
}

}  // namespace drawbridge::network
