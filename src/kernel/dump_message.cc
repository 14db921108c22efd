#include "kernel/dump_message.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>

namespace drawbridge::kernel {
namespace {

// IFA_PROTO came with Linux 5.18; the headers of Debian 12 have it.
constexpr std::uint16_t kHighestAddressAttribute = IFA_PROTO;

template <class Header>
Bytes attributes_behind(Bytes message) {
  return message.subspan(std::min(message.size(), std::size_t{NLMSG_ALIGN(sizeof(Header))}));
}

std::optional<IpAddress> unspecified(std::uint8_t family) {
  IpAddress address;
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  address.family = family == AF_INET ? Family::ipv4 : Family::ipv6;
  return address;
}

// A prefix from an attribute that the kernel leaves out for length 0.
std::optional<Prefix> prefix_of(const AttributeIndex& attributes, std::uint16_t type, std::uint8_t family, std::uint8_t length) {
  auto address = unspecified(family);
  if (!address || length > address->width()) return std::nullopt;
  if (const auto payload = attributes.find(type)) address = ip_of(*payload);
  if (!address || length > address->width()) return std::nullopt;
  return network_of({*address, length});  // The kernel keeps the host bits of a rule as they were typed.
}

std::optional<IpAddress> gateway_of(const AttributeIndex& attributes) {
  if (const auto payload = attributes.find(RTA_GATEWAY)) return ip_of(*payload);
  if (const auto via = attributes.find(RTA_VIA); via && via->size() > 2) return ip_of(via->subspan(2));
  return std::nullopt;
}

std::vector<network::Nexthop> multipath_of(Bytes bytes, const NameOfIndex& name_of) {
  std::vector<network::Nexthop> nexthops;
  while (const auto hop = read_as<rtnexthop>(bytes)) {
    const std::size_t length = hop->rtnh_len;
    if (length < sizeof(rtnexthop) || length > bytes.size()) break;
    const AttributeIndex attributes(bytes.subspan(sizeof(rtnexthop), length - sizeof(rtnexthop)), RTA_MAX);
    nexthops.push_back({gateway_of(attributes), name_of(static_cast<std::uint32_t>(hop->rtnh_ifindex)),
                        (hop->rtnh_flags & RTNH_F_ONLINK) != 0, hop->rtnh_hops + 1U});
    bytes = bytes.subspan(std::min(bytes.size(), std::size_t{RTNH_ALIGN(length)}));
  }
  return nexthops;
}

bool is_wanted(const rtmsg& header, std::uint32_t table) {
  const bool by_people = header.rtm_type == RTN_UNICAST || header.rtm_type == RTN_BLACKHOLE || header.rtm_type == RTN_UNREACHABLE ||
                         header.rtm_type == RTN_PROHIBIT || header.rtm_type == RTN_THROW;
  return by_people && table != RT_TABLE_LOCAL && (header.rtm_flags & RTM_F_CLONED) == 0;
}

/// Of an address that stays. IPv4 tells it by the flag alone: older kernels report for ever, whatever was asked.
network::PreferredLifetime preferred_of(const AttributeIndex& attributes, std::uint32_t flags, bool is_v4) {
  if ((flags & IFA_F_DEPRECATED) != 0) return {0};
  const auto times = read_as<ifa_cacheinfo>(attributes.nest(IFA_CACHEINFO));
  if (!times || is_v4) return {};
  return {times->ifa_prefered};
}

}  // namespace

std::optional<RawAddress> decode_address(Bytes message) {
  const auto header = read_as<ifaddrmsg>(message);
  if (!header || !unspecified(header->ifa_family) || header->ifa_prefixlen > unspecified(header->ifa_family)->width()) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<ifaddrmsg>(message), kHighestAddressAttribute);
  const auto far = ip_of(attributes.nest(IFA_ADDRESS));
  // IPv6 without peer has IFA_ADDRESS only.
  const auto local = attributes.has(IFA_LOCAL) ? ip_of(attributes.nest(IFA_LOCAL)) : far;
  if (!local) return std::nullopt;
  const auto flags = attributes.get<std::uint32_t>(IFA_FLAGS).value_or(header->ifa_flags);
  RawAddress raw;
  raw.index = header->ifa_index;
  auto& address = raw.address;
  address.address = {*local, header->ifa_prefixlen};
  if (far && *far != *local) address.peer = far;
  address.broadcast = ip_of(attributes.nest(IFA_BROADCAST));
  address.scope = header->ifa_scope;
  address.label = attributes.text(IFA_LABEL);
  address.secondary = local->is_v4() && (flags & IFA_F_SECONDARY) != 0;
  address.permanent = (flags & IFA_F_PERMANENT) != 0;
  if (address.permanent) address.preferred = preferred_of(attributes, flags, local->is_v4());
  address.tentative = (flags & IFA_F_TENTATIVE) != 0;
  address.dad_failed = (flags & IFA_F_DADFAILED) != 0;
  address.protocol = attributes.get<std::uint8_t>(IFA_PROTO).value_or(0);
  return raw;
}

std::optional<network::Route> decode_route(Bytes message, const NameOfIndex& name_of) {
  const auto header = read_as<rtmsg>(message);
  if (!header) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<rtmsg>(message), RTA_MAX);
  const auto table = attributes.get<std::uint32_t>(RTA_TABLE).value_or(header->rtm_table);
  const auto destination = prefix_of(attributes, RTA_DST, header->rtm_family, header->rtm_dst_len);
  if (!destination || !is_wanted(*header, table)) return std::nullopt;
  network::Route route;
  route.destination = *destination;
  route.table = table;
  route.metric = attributes.get<std::uint32_t>(RTA_PRIORITY).value_or(0);
  route.protocol = header->rtm_protocol;
  route.scope = header->rtm_scope;
  route.type = header->rtm_type;
  route.preferred_source = ip_of(attributes.nest(RTA_PREFSRC));
  if (const auto hops = attributes.find(RTA_MULTIPATH)) {
    route.nexthops = multipath_of(*hops, name_of);
  } else if (const auto out = attributes.get<std::uint32_t>(RTA_OIF)) {
    // IPv6 hangs blackholes on the loopback device; nobody asked for that.
    if (route.type == RTN_UNICAST)
      route.nexthops.push_back({gateway_of(attributes), name_of(*out), (header->rtm_flags & RTNH_F_ONLINK) != 0, 1});
  }
  return route;
}

std::optional<network::Rule> decode_rule(Bytes message) {
  const auto header = read_as<fib_rule_hdr>(message);
  if (!header || !unspecified(header->family)) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<fib_rule_hdr>(message), FRA_MAX);
  network::Rule rule;
  rule.family = unspecified(header->family)->family;
  rule.priority = attributes.get<std::uint32_t>(FRA_PRIORITY).value_or(0);
  if (attributes.has(FRA_SRC)) rule.source = prefix_of(attributes, FRA_SRC, header->family, header->src_len);
  if (attributes.has(FRA_DST)) rule.destination = prefix_of(attributes, FRA_DST, header->family, header->dst_len);
  rule.in_link = attributes.text(FRA_IIFNAME);
  rule.out_link = attributes.text(FRA_OIFNAME);
  rule.mark = attributes.get<std::uint32_t>(FRA_FWMARK).value_or(0);
  rule.table = attributes.get<std::uint32_t>(FRA_TABLE).value_or(header->table);
  rule.action = header->action;
  return rule;
}

RawBridgeVlans decode_bridge_vlans(Bytes message) {
  RawBridgeVlans raw;
  const auto header = read_as<ifinfomsg>(message);
  if (!header) return raw;
  raw.index = static_cast<std::uint32_t>(header->ifi_index);
  const AttributeIndex attributes(attributes_behind<ifinfomsg>(message), IFLA_MAX);
  std::optional<std::uint16_t> first;
  for_each_attribute(attributes.nest(IFLA_AF_SPEC), [&](const Attribute& attribute) {
    const auto info = attribute.type == IFLA_BRIDGE_VLAN_INFO ? read_as<bridge_vlan_info>(attribute.payload) : std::nullopt;
    if (!info) return;
    if ((info->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) != 0) {
      first = info->vid;
      return;
    }
    const bool ends_range = (info->flags & BRIDGE_VLAN_INFO_RANGE_END) != 0 && first.has_value();
    raw.vlans.push_back({{},
                         ends_range ? *first : info->vid,
                         info->vid,
                         (info->flags & BRIDGE_VLAN_INFO_PVID) != 0,
                         (info->flags & BRIDGE_VLAN_INFO_UNTAGGED) != 0,
                         false});
    first.reset();
  });
  return raw;
}

std::optional<RawFdbEntry> decode_fdb(Bytes message) {
  const auto header = read_as<ndmsg>(message);
  if (!header || (header->ndm_state & NUD_PERMANENT) == 0 || (header->ndm_flags & NTF_SELF) == 0) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<ndmsg>(message), NDA_MAX);
  const auto mac = mac_of(attributes.nest(NDA_LLADDR));
  const auto destination = ip_of(attributes.nest(NDA_DST));
  if (!mac || !destination || attributes.has(NDA_VNI) || attributes.has(NDA_SRC_VNI)) return std::nullopt;
  RawFdbEntry raw;
  raw.index = static_cast<std::uint32_t>(header->ndm_ifindex);
  raw.entry = {{}, *mac, *destination};
  return raw;
}

std::optional<RawPortFdbEntry> decode_port_fdb(Bytes message) {
  const auto header = read_as<ndmsg>(message);
  if (!header || header->ndm_state != NUD_NOARP || (header->ndm_flags & (NTF_SELF | NTF_EXT_LEARNED)) != 0) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<ndmsg>(message), NDA_MAX);
  const auto mac = mac_of(attributes.nest(NDA_LLADDR));
  if (!mac || !attributes.has(NDA_MASTER)) return std::nullopt;
  return RawPortFdbEntry{{{}, *mac, attributes.get<std::uint16_t>(NDA_VLAN).value_or(0)}, static_cast<std::uint32_t>(header->ndm_ifindex)};
}

std::optional<RawQdisc> decode_qdisc(Bytes message) {
  const auto header = read_as<tcmsg>(message);
  if (!header) return std::nullopt;
  const AttributeIndex attributes(attributes_behind<tcmsg>(message), TCA_MAX);
  return RawQdisc{{{}, attributes.text(TCA_KIND), header->tcm_handle, header->tcm_parent}, static_cast<std::uint32_t>(header->tcm_ifindex)};
}

}  // namespace drawbridge::kernel
