// What the kernel holds, as values: the left-hand side of every plan and the proof after it. Filled by kernel/ from rtnetlink
// dumps, by tests by hand, and from JSON by `network plan --against`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/shared_map.h"

namespace drawbridge::network {

/// A kind-specific link attribute: numbers and flags as numbers (the kernel's own unit), all else as text.
using AttributeValue = std::variant<std::uint64_t, std::string>;
/// Attribute name, as `ip -details -json link` spells it ("forward_delay", "stp_state"), to value.
using Attributes = SharedMap<AttributeValue>;

/// How fast frames may pass a link, in bytes per second; 0: as fast as they can. A queue (htb, root `1:`, class `1:1`) holds back what
/// leaves, towards the guest behind a port; a policer (filter of priority 50 at `ffff:`) drops what comes in too fast.
struct RateLimit {
  std::uint64_t egress = 0;
  std::uint64_t ingress = 0;
  bool operator==(const RateLimit&) const = default;
};

/// One network device (RTM_NEWLINK). Other links are referred to by name: indexes change when a link is made anew.
struct Link {
  std::uint32_t index = 0;
  std::string name;
  std::vector<std::string> altnames;  ///< sorted
  std::string kind;                   ///< IFLA_INFO_KIND: "bridge", "veth", "vlan"…; empty: physical or loopback
  bool ethernet = true;               ///< ARPHRD_ETHER
  bool loopback = false;              ///< IFF_LOOPBACK
  bool up = false;                    ///< IFF_UP: administratively up
  bool carrier = false;               ///< IFF_LOWER_UP
  std::string operstate;              ///< "up", "down", "lowerlayerdown", "unknown"…
  std::uint32_t mtu = 0;
  std::uint32_t min_mtu = 0;  ///< 0: the kernel states none
  std::uint32_t max_mtu = 0;  ///< 0: the kernel states none
  MacAddress mac;
  std::optional<MacAddress> permanent_mac;
  std::string master;  ///< bridge, bond or VRF this link is a port of; empty: none
  std::string parent;  ///< IFLA_LINK by name: a VLAN's raw device; empty: none, or in another namespace
  std::string alias;   ///< IFLA_IFALIAS
  Attributes data;     ///< IFLA_INFO_DATA of `kind`
  Attributes port;     ///< IFLA_INFO_SLAVE_DATA of the master's kind: "cost", "priority", "learning", "state"…
  /// Per-device settings of /proc/sys/net/{ipv4,ipv6}/conf/NAME that drawbridge may set, from IFLA_AF_SPEC:
  /// "ipv4.forwarding", "ipv4.promote_secondaries", "ipv6.disable_ipv6", "ipv6.accept_ra", "ipv6.forwarding", "ipv6.autoconf".
  SharedMap<std::uint32_t> sysctl;
  /// Settings of the driver, as ethtool(8) and linux/ethtool.h know them; only of links that a file could configure (no guests'
  /// ports): "autoneg", "rx", "tx", "tso", "gso", "gro", "lro", "rx-vlan-filter" 0 or 1; "speed" Mbit/s; "duplex" half or full;
  /// "fec"; "ring-rx", "ring-tx" and, read-only, "ring-rx-max", "ring-tx-max". What the driver doesn't tell is left out.
  Attributes ethtool;
  RateLimit rate;
  bool operator==(const Link&) const = default;
};

/// How long new conversations may begin from an address (IFA_CACHEINFO ifa_prefered); then it is deprecated, and serves the old ones.
struct PreferredLifetime {
  static constexpr std::uint32_t kForever = 0xffffffff;
  std::uint32_t seconds = kForever;  ///< of the kernel's: what is left; 0: deprecated
  bool is_forever() const { return seconds == kForever; }
  bool is_over() const { return seconds == 0; }
  bool counts_down() const { return !is_forever() && !is_over(); }
  /// What counts down equals whatever counts down: else every look would find another state.
  bool operator==(const PreferredLifetime& other) const { return is_forever() == other.is_forever() && is_over() == other.is_over(); }
};

/// One address of a link (RTM_NEWADDR).
struct Address {
  std::string link;
  InterfaceAddress address;
  std::optional<IpAddress> peer;  ///< IFA_ADDRESS where it differs from IFA_LOCAL
  std::optional<IpAddress> broadcast;
  std::uint8_t scope = 0;  ///< RT_SCOPE_*: 0 global, 253 link, 254 host
  std::string label;       ///< IPv4 only; empty if equal to the link's name
  bool secondary = false;  ///< IFA_F_SECONDARY on IPv4
  bool permanent = true;   ///< IFA_F_PERMANENT; false: DHCP, router advertisement
  bool tentative = false;  ///< duplicate address detection not finished
  bool dad_failed = false;
  std::uint8_t protocol = 0;    ///< IFA_PROTO; kOwnProtocol: set by drawbridge
  PreferredLifetime preferred;  ///< of permanent ones; who gave the others keeps their time
  bool operator==(const Address&) const = default;
};

/// One unicast route (RTM_NEWROUTE); multipath routes list their nexthops.
struct Nexthop {
  std::optional<IpAddress> gateway;
  std::string link;
  bool onlink = false;
  std::uint32_t weight = 1;
  auto operator<=>(const Nexthop&) const = default;
};
struct Route {
  Prefix destination;  ///< length 0: default route of its family
  std::vector<Nexthop> nexthops;
  std::uint32_t table = 254;  ///< RT_TABLE_MAIN
  std::uint32_t metric = 0;   ///< IPv6 shows 1024 where none was asked for
  std::uint8_t protocol = 0;  ///< RTPROT_*; kOwnProtocol: set by drawbridge
  std::uint8_t scope = 0;
  std::uint8_t type = 1;  ///< RTN_UNICAST
  std::optional<IpAddress> preferred_source;
  bool operator==(const Route&) const = default;
};

/// One policy-routing rule (RTM_NEWRULE).
struct Rule {
  Family family = Family::ipv4;
  std::uint32_t priority = 0;
  std::optional<Prefix> source;
  std::optional<Prefix> destination;
  std::string in_link;
  std::string out_link;
  std::uint32_t mark = 0;
  std::uint32_t table = 0;
  std::uint8_t action = 1;  ///< FR_ACT_*
  bool operator==(const Rule&) const = default;
};

/// One VLAN range of a bridge port, or of the bridge itself (`self`).
struct BridgeVlan {
  std::string link;
  std::uint16_t first = 1;
  std::uint16_t last = 1;
  bool pvid = false;
  bool untagged = false;
  bool self = false;
  auto operator<=>(const BridgeVlan&) const = default;
};

/// One queueing discipline (RTM_NEWQDISC); the kernel's default ones included.
struct Qdisc {
  std::string link;
  std::string kind;
  std::uint32_t handle = 0;
  std::uint32_t parent = 0;
  auto operator<=>(const Qdisc&) const = default;
};

/// One destination of a VXLAN (RTM_NEWNEIGH of AF_BRIDGE with NDA_DST, permanent): frames to `mac` go to `destination`; to the zero
/// MAC, all that is unknown, broadcast or multicast goes there as well (head-end replication).
struct FdbEntry {
  std::string link;
  MacAddress mac;
  IpAddress destination;
  auto operator<=>(const FdbEntry&) const = default;
};

/// A station that an administrator put behind a bridge's port (RTM_NEWNEIGH of AF_BRIDGE, `static`); not what the bridge learned, nor
/// its own and its ports' MACs (`permanent`).
struct PortFdbEntry {
  std::string link;
  MacAddress mac;
  std::uint16_t vlan = 0;  ///< 0: on a bridge without VLAN filtering
  auto operator<=>(const PortFdbEntry&) const = default;
};

/// A DHCP client that runs for a link, one per family. Never from a netlink dump: processes are looked at.
struct DhcpClient {
  std::string link;
  Family family = Family::ipv4;
  auto operator<=>(const DhcpClient&) const = default;
};

/// RTPROT and IFA_PROTO value that marks what drawbridge set ('D'); others' objects are left alone. Not assigned in iproute2's
/// rt_protos.
inline constexpr std::uint8_t kOwnProtocol = 68;

/// Everything at one moment. Vectors are sorted: links by name, the rest by their first members.
struct Snapshot {
  std::map<std::string, Link, std::less<>> links;
  std::vector<Address> addresses;
  std::vector<Route> routes;  ///< without the local and broadcast tables' kernel-made entries
  std::vector<Rule> rules;
  std::vector<BridgeVlan> bridge_vlans;
  std::vector<Qdisc> qdiscs;
  std::vector<FdbEntry> fdb;             ///< of VXLANs only, permanent entries
  std::vector<DhcpClient> dhcp_clients;  ///< whoever started them, ifupdown and ifupdown2 included
  std::vector<PortFdbEntry> port_fdb;    ///< of bridge ports that don't learn; elsewhere nobody needs them
  bool operator==(const Snapshot&) const = default;

  /// By name or altname; nullptr if there is none.
  const Link* find_link(std::string_view name_or_altname) const;
};

}  // namespace drawbridge::network
