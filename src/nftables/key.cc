#include "nftables/key.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_tables.h>

#include <array>
#include <bit>

#include "base/address.h"

namespace drawbridge::nftables {
namespace {

using rules::Interval;
using rules::Number;

constexpr std::size_t kNameBytes = 16;  // IFNAMSIZ, with the NUL

// In the order of Key.
constexpr std::array<KeyFacts, kKeys> kFacts{{
    {"meta protocol", Source::meta, NFT_META_PROTOCOL, 2, DataType::ether_type},
    {"meta nfproto", Source::meta, NFT_META_NFPROTO, 1, DataType::nfproto},
    {"meta l4proto", Source::meta, NFT_META_L4PROTO, 1, DataType::inet_protocol},
    {"meta pkttype", Source::meta, NFT_META_PKTTYPE, 1, DataType::packet_type},
    {"meta iiftype", Source::meta, NFT_META_IIFTYPE, 2, DataType::interface_type, true},
    {"iifname", Source::meta, NFT_META_IIFNAME, 16, DataType::interface_name},
    {"oifname", Source::meta, NFT_META_OIFNAME, 16, DataType::interface_name},
    {"meta ibrname", Source::meta, NFT_META_BRI_IIFNAME, 16, DataType::interface_name},
    {"meta obrname", Source::meta, NFT_META_BRI_OIFNAME, 16, DataType::interface_name},
    {"ct state", Source::conntrack, NFT_CT_STATE, 4, DataType::connection_state, true},
    {"ct mark", Source::conntrack, NFT_CT_MARK, 4, DataType::mark, true},
    {"fib saddr type", Source::fib, NFTA_FIB_F_SADDR, 4, DataType::fib_type, true},
    {"fib daddr type", Source::fib, NFTA_FIB_F_DADDR, 4, DataType::fib_type, true},
    {"ether saddr", Source::link, 6, 6, DataType::ether_address},
    {"ether daddr", Source::link, 0, 6, DataType::ether_address},
    {"ether type", Source::link, 12, 2, DataType::ether_type},
    {"@ll,116,12", Source::link, 14, 2, DataType::integer, false, 0x0fff},
    {"@nh,0,48", Source::network, 0, 6, DataType::integer},
    {"arp operation", Source::network, 6, 2, DataType::arp_operation},
    {"arp saddr ether", Source::network, 8, 6, DataType::ether_address},
    {"arp saddr ip", Source::network, 14, 4, DataType::ipv4_address},
    {"arp daddr ip", Source::network, 24, 4, DataType::ipv4_address},
    {"ip saddr", Source::network, 12, 4, DataType::ipv4_address},
    {"ip daddr", Source::network, 16, 4, DataType::ipv4_address},
    {"ip ttl", Source::network, 8, 1, DataType::integer},
    {"ip frag-off", Source::network, 6, 2, DataType::integer, false, 0x1fff},
    {"ip6 saddr", Source::network, 8, 16, DataType::ipv6_address},
    {"ip6 daddr", Source::network, 24, 16, DataType::ipv6_address},
    {"ip6 hoplimit", Source::network, 7, 1, DataType::integer},
    {"exthdr frag", Source::ipv6_fragment, 0, 1, DataType::boolean},
    {"frag frag-off", Source::ipv6_fragment, 2, 2, DataType::integer, false, 0xfff8},
    {"th sport", Source::transport, 0, 2, DataType::inet_service},
    {"th dport", Source::transport, 2, 2, DataType::inet_service},
    {"tcp flags", Source::transport, 13, 1, DataType::tcp_flag},
    {"icmp type", Source::transport, 0, 1, DataType::icmp_type},
    {"icmp code", Source::transport, 1, 1, DataType::icmp_code},
    {"icmpv6 type", Source::transport, 0, 1, DataType::icmpv6_type},
    {"icmpv6 code", Source::transport, 1, 1, DataType::icmpv6_code},
    {"@th,64,128", Source::transport, 8, 16, DataType::integer},
    {"@th,288,48", Source::transport, 36, 6, DataType::integer},
}};

// The numbers of nft's own data types (its include/datatype.h), which only it knows and which it needs for listing sets.
constexpr std::array<TypeFacts, 22> kTypes{{
    {"integer", 4},      {"nf_proto", 2},      {"inet_proto", 12}, {"inet_service", 13}, {"ether_type", 10}, {"ether_addr", 9},
    {"ipv4_addr", 7},    {"ipv6_addr", 8},     {"ifname", 41},     {"iface_type", 21},   {"pkt_type", 31},   {"mark", 19},
    {"ct_state", 26},    {"fib_addrtype", 38}, {"tcp_flag", 15},   {"icmp_type", 14},    {"icmp_code", 32},  {"icmpv6_type", 29},
    {"icmpv6_code", 33}, {"arp_op", 11},       {"boolean", 39},    {"verdict", 1},
}};

std::string letters_of(Number names, std::size_t count) {
  std::string letters;
  for (std::size_t at = 0; at < count; ++at) letters += static_cast<char>(names >> (8 * (kNameBytes - 1 - at)) & 0xffU);
  return letters;
}

std::string format_hexadecimal(Number value) {
  const auto high = static_cast<std::uint64_t>(value >> 64U);
  const auto low = static_cast<std::uint64_t>(value);
  return high != 0 ? fmt::format("0x{:x}{:016x}", high, low) : fmt::format("0x{:x}", low);
}

std::string format_address_interval(const Interval& interval, Family family) {
  const unsigned width = family == Family::ipv4 ? 32 : 128;
  for (unsigned host_bits = 0; host_bits < width; ++host_bits) {
    const Number hosts = host_bits == 0 ? 0 : rules::largest(host_bits);
    if (interval.last - interval.first != hosts || (interval.first & hosts) != 0) continue;
    const std::string address = format_ip(rules::ip_of(interval.first, family));
    return host_bits == 0 ? address : fmt::format("{}/{}", address, width - host_bits);
  }
  return fmt::format("{}-{}", format_ip(rules::ip_of(interval.first, family)), format_ip(rules::ip_of(interval.last, family)));
}

}  // namespace

TypeFacts facts_of(DataType type) { return kTypes.at(static_cast<std::size_t>(type)); }
const KeyFacts& facts_of(Key key) { return kFacts[static_cast<std::size_t>(key)]; }
unsigned bits_of(Key key) { return facts_of(key).bytes * 8U; }
bool is_name(Key key) { return facts_of(key).type == DataType::interface_name; }

std::optional<Interval> interval_of_name(std::string_view name) {
  const bool open = name.ends_with('*');
  if (open) name.remove_suffix(1);
  if (name.size() >= kNameBytes) return std::nullopt;
  Number first = 0;
  for (std::size_t at = 0; at < kNameBytes; ++at) first = first << 8U | (at < name.size() ? static_cast<std::uint8_t>(name[at]) : 0U);
  if (!open) return Interval{first, first};
  return Interval{first, first | rules::largest(8 * static_cast<unsigned>(kNameBytes - name.size()))};
}

std::optional<std::size_t> prefix_length(const Interval& names) {
  for (std::size_t letters = 0; letters < kNameBytes; ++letters) {
    const Number rest = rules::largest(8 * static_cast<unsigned>(kNameBytes - letters));
    if (names.last - names.first == rest && (names.first & rest) == 0) return letters;
  }
  return std::nullopt;
}

std::string name_of(const Interval& names) {
  if (names.first == names.last) {
    const std::string letters = letters_of(names.first, kNameBytes);
    return letters.substr(0, letters.find('\0'));
  }
  if (const auto letters = prefix_length(names)) return letters_of(names.first, *letters) + "*";
  return fmt::format("{}-{}", format_hexadecimal(names.first), format_hexadecimal(names.last));
}

std::string format_value(Key key, Number value) {
  switch (facts_of(key).type) {
    case DataType::ether_address: return format_mac(rules::mac_of(value));
    case DataType::ipv4_address: return format_ip(rules::ip_of(value, Family::ipv4));
    case DataType::ipv6_address: return format_ip(rules::ip_of(value, Family::ipv6));
    case DataType::interface_name: return fmt::format("\"{}\"", name_of({value, value}));
    case DataType::nfproto: return value == 2 ? "ipv4" : value == 10 ? "ipv6" : rules::format_number(value);
    case DataType::ether_type:
    case DataType::tcp_flag:
    case DataType::mark:
    case DataType::connection_state: return format_hexadecimal(value);
    case DataType::boolean: return value == 0 ? "missing" : "exists";
    default: return bits_of(key) > 16 && facts_of(key).type == DataType::integer ? format_hexadecimal(value) : rules::format_number(value);
  }
}

std::string format_interval(Key key, const Interval& interval) {
  if (interval.first == interval.last) return format_value(key, interval.first);
  switch (facts_of(key).type) {
    case DataType::interface_name: return fmt::format("\"{}\"", name_of(interval));
    case DataType::ipv4_address: return format_address_interval(interval, Family::ipv4);
    case DataType::ipv6_address: return format_address_interval(interval, Family::ipv6);
    default: return fmt::format("{}-{}", format_value(key, interval.first), format_value(key, interval.last));
  }
}

}  // namespace drawbridge::nftables
