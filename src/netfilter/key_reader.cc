#include "netfilter/key_reader.h"

#include <linux/netfilter/nf_tables.h>

namespace drawbridge::netfilter {
namespace {

using nftables::facts_of;
using nftables::Key;
using nftables::Source;

struct Needs {
  std::optional<rules::Number> ether_type, protocol;
};

Needs needs_of(Key key) {
  constexpr rules::Number kIpv4 = 0x0800, kIpv6 = 0x86dd, kArp = 0x0806;
  switch (key) {
    case Key::arp_format:
    case Key::arp_operation:
    case Key::arp_saddr_ether:
    case Key::arp_saddr_ip:
    case Key::arp_daddr_ip: return {kArp, {}};
    case Key::ip_saddr:
    case Key::ip_daddr:
    case Key::ip_ttl:
    case Key::ip_frag_off: return {kIpv4, {}};
    case Key::ip6_saddr:
    case Key::ip6_daddr:
    case Key::ip6_hoplimit: return {kIpv6, {}};
    case Key::icmp_type:
    case Key::icmp_code: return {kIpv4, 1};
    case Key::icmpv6_type:
    case Key::icmpv6_code: return {kIpv6, 58};
    case Key::nd_target: return {kIpv6, 58};
    case Key::tcp_flags: return {{}, 6};
    case Key::dhcp_chaddr: return {{}, 17};
    default: return {};
  }
}

std::uint32_t base_of(Source source) {
  return source == Source::link      ? NFT_PAYLOAD_LL_HEADER
         : source == Source::network ? NFT_PAYLOAD_NETWORK_HEADER
                                     : NFT_PAYLOAD_TRANSPORT_HEADER;
}

bool can_be(Key key, const Expression& load, std::size_t compared) {
  const nftables::KeyFacts& facts = facts_of(key);
  const Parts& parts = load.parts;
  switch (facts.source) {
    case Source::meta: return load.name == "meta" && parts.u32(NFTA_META_KEY) == facts.number;
    case Source::conntrack: return load.name == "ct" && parts.u32(NFTA_CT_KEY) == facts.number;
    case Source::fib: return load.name == "fib" && parts.u32(NFTA_FIB_FLAGS) == facts.number;
    case Source::ipv6_fragment:
      return load.name == "exthdr" && parts.u32(NFTA_EXTHDR_OFFSET) == facts.number && parts.u32(NFTA_EXTHDR_LEN) == facts.bytes;
    default: break;
  }
  if (load.name != "payload" || parts.u32(NFTA_PAYLOAD_BASE) != base_of(facts.source) || parts.u32(NFTA_PAYLOAD_OFFSET) != facts.number)
    return false;
  const std::uint32_t length = parts.u32(NFTA_PAYLOAD_LEN);
  const bool address = facts.type == nftables::DataType::ipv4_address || facts.type == nftables::DataType::ipv6_address;
  return length == facts.bytes || (address && length == compared && length < facts.bytes);
}

}  // namespace

bool is_load(const Expression& expression) {
  const std::string_view name = expression.name;
  return name == "payload" || name == "fib" || name == "exthdr" || (name == "meta" && expression.parts.find(NFTA_META_DREG) != nullptr) ||
         (name == "ct" && expression.parts.find(NFTA_CT_DREG) != nullptr);
}

void KeyReader::learn(const nftables::Compare& compare) {
  if (compare.negated || compare.values.first != compare.values.last) return;
  const rules::Number value = compare.values.first;
  if (compare.key == Key::protocol) ether_type_ = value;
  if (compare.key == Key::nfproto) ether_type_ = value == 2 ? 0x0800 : 0x86dd;
  if (compare.key == Key::l4proto) protocol_ = value;
}

/// 0: the packet can't be one that has the key. Else the more is known for it, the better.
int KeyReader::fit(Key key) const {
  const Needs needs = needs_of(key);
  int points = 1;
  const auto weigh = [&points](const std::optional<rules::Number>& needed, const std::optional<rules::Number>& known) {
    if (!needed || points == 0) return;
    points = !known ? points : *needed == *known ? points + 2 : 0;
  };
  weigh(needs.ether_type, ether_type_);
  weigh(needs.protocol, protocol_);
  return points;
}

std::optional<Key> KeyReader::find(const Expression& load, std::size_t compared) const {
  std::optional<Key> best;
  int most = 0;
  for (std::size_t at = 0; at < nftables::kKeys; ++at) {
    const auto key = static_cast<Key>(at);
    if (!can_be(key, load, compared)) continue;
    const int points = 2 * fit(key) + (facts_of(key).bytes == load.parts.u32(NFTA_PAYLOAD_LEN) ? 1 : 0);
    if (points <= most) continue;
    most = points;
    best = key;
  }
  return best;
}

}  // namespace drawbridge::netfilter
