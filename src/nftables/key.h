// What the kernel's expressions load: each key is one load (meta, conntrack, fib, header bytes), with the words nft has for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/number_set.h"

namespace drawbridge::nftables {

enum class Key : std::uint8_t {
  protocol,  ///< skb->protocol: an EtherType
  nfproto,   ///< 2 IPv4, 10 IPv6; the inet family's
  l4proto,
  pkttype,
  iiftype,  ///< ARPHRD_*: 1 Ethernet
  iifname,
  oifname,
  ibrname,
  obrname,
  ct_state,
  ct_mark,
  fib_saddr_type,
  fib_daddr_type,
  ether_saddr,
  ether_daddr,
  ether_tag,  ///< the two bytes behind the addresses: a tag's type, if there is a tag
  vlan_id,
  arp_format,  ///< hardware and protocol type, both lengths: 0x000108000604 for Ethernet and IPv4
  arp_operation,
  arp_saddr_ether,
  arp_saddr_ip,
  arp_daddr_ip,
  ip_saddr,
  ip_daddr,
  ip_ttl,
  ip_frag_off,  ///< without the flags
  ip6_saddr,
  ip6_daddr,
  ip6_hoplimit,
  frag_exists,  ///< 1 if there is an IPv6 fragment header, else 0
  frag_offset,  ///< of that header, in place: eight times the field's number
  sport,
  dport,
  tcp_flags,
  icmp_type,
  icmp_code,
  icmpv6_type,
  icmpv6_code,
  nd_target,
  dhcp_chaddr,
};
inline constexpr std::size_t kKeys = static_cast<std::size_t>(Key::dhcp_chaddr) + 1;

/// Where a key comes from; `number` is the kernel's NFT_META_*, NFT_CT_*…
enum class Source : std::uint8_t { meta, conntrack, fib, link, network, transport, ipv6_fragment };

/// What sets are typed by. Keys of one type can share a set.
enum class DataType : std::uint8_t {
  integer,  ///< no type of its own: sets name the key instead ("typeof")
  nfproto,
  inet_protocol,
  inet_service,
  ether_type,
  ether_address,
  ipv4_address,
  ipv6_address,
  interface_name,
  interface_type,
  packet_type,
  mark,
  connection_state,
  fib_type,
  tcp_flag,
  icmp_type,
  icmp_code,
  icmpv6_type,
  icmpv6_code,
  arp_operation,
  boolean,
  verdict,
};

struct TypeFacts {
  std::string_view word;     ///< nft's: "ipv4_addr"
  std::uint32_t number = 0;  ///< nft's, in a set's NFTA_SET_KEY_TYPE
};
TypeFacts facts_of(DataType type);

struct KeyFacts {
  std::string_view text;  ///< "ip saddr"
  Source source = Source::meta;
  std::uint8_t number = 0;  ///< NFT_META_*, NFT_CT_*; of header bytes the offset
  std::uint8_t bytes = 0;
  DataType type = DataType::integer;
  bool host_order = false;  ///< the register holds the number as this machine does
  std::uint32_t mask = 0;   ///< part of the key: these bits only; 0: all
};
const KeyFacts& facts_of(Key key);
/// 8 to 128.
unsigned bits_of(Key key);
bool is_name(Key key);

/// Names of devices as numbers: 16 bytes, the first letter in the highest. A name that ends in '*' is the interval of all that
/// begin so. nullopt: too long for a device.
std::optional<rules::Interval> interval_of_name(std::string_view name);
/// "tap100i0", "tap1*"; an interval that is neither is "first-last" in hexadecimal.
std::string name_of(const rules::Interval& names);
/// Letters before the '*', if the interval stands for all names that begin so.
std::optional<std::size_t> prefix_length(const rules::Interval& names);

/// The value as nft reads it after the key.
std::string format_value(Key key, rules::Number value);
/// "10.0.0.0/8", "22", "80-90", "\"tap1*\"".
std::string format_interval(Key key, const rules::Interval& interval);

}  // namespace drawbridge::nftables
