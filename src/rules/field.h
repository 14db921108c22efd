// The fields of a packet that rules look at: what each means, how wide it is, and when a packet has it.
//
// A test on a field that a packet does not have fails, negated or not, as an expression of nftables does that can't load its data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge::rules {

/// Fields with numbers. What `present` says is what the kernel's expressions do at the hooks where programs test them.
enum class Field : std::uint8_t {
  // the link layer
  packet_type,        ///< skb->pkt_type, linux/if_packet.h: 0 to this host, 1 broadcast, 2 multicast, 3 to another host
  ether_source,       ///< MAC address, 48 bits
  ether_destination,  ///< MAC address, 48 bits
  /// What the frame carries behind one VLAN tag at most, as skb->protocol has it: an EtherType; 0x0004 for 802.3 frames with LLC.
  /// Behind a second tag the kernel doesn't look: it is then 0x8100 or 0x88a8.
  ether_type,
  vlan_id,  ///< of the outer tag, 12 bits; present if there is a tag

  // ARP (RFC 826) for Ethernet and IPv4
  arp_operation,  ///< 1 request, 2 reply
  arp_source_mac,
  arp_source_ip,  ///< the sender's protocol address
  arp_target_ip,

  // the network layer; present if ether_type is that of the family
  ip_version,  ///< 4 or 6
  ipv4_source,
  ipv4_destination,
  ipv6_source,
  ipv6_destination,
  /// The upper-layer protocol, behind IPv6 extension headers. Absent without an IP header, and if that header or the chain of extension
  /// headers contradicts itself or the frame's length.
  protocol,
  hop_limit,    ///< of IPv6, and the TTL of IPv4
  is_fragment,  ///< 1: a fragment other than the first; its ports and types are absent. Conntrack reassembles before rules run
  source_type,  ///< what the routing table says of the address: RTN_* of linux/rtnetlink.h; inet hooks only
  destination_type,

  // the transport layer; absent in later fragments
  source_port,  ///< TCP, UDP, UDP-Lite, SCTP, DCCP
  destination_port,
  tcp_flags,  ///< FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128
  icmp_type,  ///< of ICMP
  icmp_code,
  icmpv6_type,
  icmpv6_code,
  nd_target,  ///< the address a neighbour solicitation or advertisement is about (RFC 4861); absent from other ICMPv6

  /// DHCP (RFC 2131): the client's hardware address in the body. Of any UDP datagram of IPv4 that is long enough: rules test ports, too
  dhcp_client_mac,

  // what the kernel knows besides
  /// A bit of ConnectionState. Always present behind conntrack: frames that aren't IP, neighbour discovery and MLD are untracked.
  connection_state,
  connection_mark,  ///< of the connection, 32 bits
  over_syn_limit,   ///< 1: this source sends more connection attempts than the policy allows
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::over_syn_limit) + 1;

/// Fields with names of network devices.
enum class NameField : std::uint8_t {
  in_port,    ///< the device by which the frame came: a bridge's port at the bridge's hooks
  out_port,   ///< by which it leaves
  in_bridge,  ///< the bridge that the frame came by; at hooks of the bridge family
  out_bridge,
};
inline constexpr std::size_t kNameFields = static_cast<std::size_t>(NameField::out_bridge) + 1;

/// Values of Field::connection_state; one bit each, so that a set of states is a set of numbers too.
enum class ConnectionState : std::uint8_t { invalid = 1, established = 2, related = 4, fresh = 8, untracked = 64 };

/// Of a value of the field; 1 to 128.
unsigned width_of(Field field);
/// The word by which traces, the text form and errors call it: "ether-source", "tcp-flags"…
std::string_view word_of(Field field);
std::string_view word_of(NameField field);
std::optional<Field> field_of(std::string_view word);

inline constexpr std::uint16_t kEtherIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherArp = 0x0806;
inline constexpr std::uint16_t kEtherVlan = 0x8100;
inline constexpr std::uint16_t kEtherQinq = 0x88a8;
inline constexpr std::uint16_t kEtherIpv6 = 0x86dd;
inline constexpr std::uint16_t kEtherLlc = 0x0004;  ///< ETH_P_802_2 of linux/if_ether.h

}  // namespace drawbridge::rules
