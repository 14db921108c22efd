#include "kernel/operation_message.h"

#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/text.h"
#include "kernel/link_message.h"

namespace drawbridge::kernel {
namespace {

using namespace network;

constexpr std::uint16_t kRequest = NLM_F_REQUEST | NLM_F_ACK;

std::uint8_t family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

Result<std::uint32_t> need_index(const std::string& name, const IndexOfName& index_of) {
  if (const auto index = index_of(name); index != 0) return index;
  return fail_errno(ENODEV, printable(name));
}

Result<Message> encode_address(std::uint16_t type, std::uint16_t flags, const Address& address, const IndexOfName& index_of) {
  const auto index = TRY(need_index(address.link, index_of));
  const auto& local = address.address.address;
  Message message(type, flags, ifaddrmsg{family_of(local), address.address.length, 0, address.scope, index});
  message.put_ip(IFA_LOCAL, local);
  if (address.peer || local.is_v4()) message.put_ip(IFA_ADDRESS, address.peer.value_or(local));
  if (!address.label.empty()) message.put_text(IFA_LABEL, address.label);
  if (type == RTM_DELADDR) return message;
  if (address.broadcast) message.put_ip(IFA_BROADCAST, *address.broadcast);
  if (!address.preferred.is_forever())
    message.put_value(IFA_CACHEINFO, ifa_cacheinfo{address.preferred.seconds, network::PreferredLifetime::kForever, 0, 0});
  // Kernels before 5.18 skip this attribute: the address is then nobody's, and ownership follows from the saved state alone.
  if (address.protocol != 0) message.put_u8(IFA_PROTO, address.protocol);
  return message;
}

void put_gateway(const IpAddress& gateway, Family family, Message& message) {
  if (gateway.family == family) {
    message.put_ip(RTA_GATEWAY, gateway);
    return;
  }
  const auto bytes = bytes_of(gateway);
  std::vector<std::uint8_t> via(sizeof(std::uint16_t) + bytes.size());
  const std::uint16_t via_family = family_of(gateway);
  std::memcpy(via.data(), &via_family, sizeof via_family);
  std::memcpy(via.data() + sizeof via_family, bytes.data(), bytes.size());
  message.put(RTA_VIA, via);
}

Result<void> put_multipath(const Route& route, const IndexOfName& index_of, Message& message) {
  const auto nest = message.begin_nest(RTA_MULTIPATH);
  for (const auto& hop : route.nexthops) {
    const auto index = TRY(need_index(hop.link, index_of));
    if (hop.weight < 1 || hop.weight > 256) return fail(Errc::invalid_input, "the weight of a nexthop must be 1 to 256");
    const rtnexthop header{0, static_cast<std::uint8_t>(hop.onlink ? RTNH_F_ONLINK : 0), static_cast<std::uint8_t>(hop.weight - 1),
                           static_cast<int>(index)};
    const auto offset = message.append(&header, sizeof header);
    if (hop.gateway) put_gateway(*hop.gateway, route.destination.address.family, message);
    message.patch_length(offset);
  }
  message.end_nest(nest);
  return {};
}

Result<Message> encode_route(std::uint16_t type, std::uint16_t flags, const Route& route, const IndexOfName& index_of) {
  rtmsg header{};
  header.rtm_family = family_of(route.destination.address);
  header.rtm_dst_len = route.destination.length;
  header.rtm_table = static_cast<std::uint8_t>(route.table < 256 ? route.table : std::uint32_t{RT_TABLE_UNSPEC});
  header.rtm_protocol = route.protocol;
  header.rtm_scope = route.scope;
  header.rtm_type = route.type;
  const bool single = route.nexthops.size() == 1;
  if (single && route.nexthops.front().onlink) header.rtm_flags = RTNH_F_ONLINK;
  Message message(type, flags, header);
  if (!route.destination.is_default()) message.put_ip(RTA_DST, route.destination.address);
  message.put_u32(RTA_TABLE, route.table);
  if (route.metric != 0) message.put_u32(RTA_PRIORITY, route.metric);
  if (route.preferred_source) message.put_ip(RTA_PREFSRC, *route.preferred_source);
  if (single) {
    const auto& hop = route.nexthops.front();
    if (!hop.link.empty()) message.put_u32(RTA_OIF, TRY(need_index(hop.link, index_of)));
    if (hop.gateway) put_gateway(*hop.gateway, route.destination.address.family, message);
  } else if (!route.nexthops.empty()) {
    TRY_VOID(put_multipath(route, index_of, message));
  }
  return message;
}

Result<Message> encode_bridge_vlan(std::uint16_t type, const BridgeVlan& vlan, const IndexOfName& index_of) {
  ifinfomsg header{};
  header.ifi_family = AF_BRIDGE;
  header.ifi_index = static_cast<int>(TRY(need_index(vlan.link, index_of)));
  Message message(type, kRequest, header);
  const auto nest = message.begin_nest(IFLA_AF_SPEC);
  if (vlan.self) message.put_u16(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
  std::uint16_t flags = 0;
  // A range can't be the PVID as a whole; the kernel refuses it and says so.
  if (vlan.pvid) flags |= BRIDGE_VLAN_INFO_PVID;
  if (vlan.untagged) flags |= BRIDGE_VLAN_INFO_UNTAGGED;
  const auto put = [&](std::uint16_t vid, std::uint16_t range) {
    message.put_value(IFLA_BRIDGE_VLAN_INFO, bridge_vlan_info{static_cast<std::uint16_t>(flags | range), vid});
  };
  if (vlan.first == vlan.last) {
    put(vlan.first, 0);
  } else {
    put(vlan.first, BRIDGE_VLAN_INFO_RANGE_BEGIN);
    put(vlan.last, BRIDGE_VLAN_INFO_RANGE_END);
  }
  message.end_nest(nest);
  return message;
}

Result<Message> encode_fdb(std::uint16_t type, std::uint16_t flags, const FdbEntry& entry, const IndexOfName& index_of) {
  ndmsg header{};
  header.ndm_family = AF_BRIDGE;
  header.ndm_ifindex = static_cast<int>(TRY(need_index(entry.link, index_of)));
  header.ndm_state = NUD_NOARP | NUD_PERMANENT;
  header.ndm_flags = NTF_SELF;  // the VXLAN's own database, not that of a bridge it may be a port of
  Message message(type, flags, header);
  message.put_mac(NDA_LLADDR, entry.mac);
  message.put_ip(NDA_DST, entry.destination);
  return message;
}

Result<Message> encode_port_fdb(std::uint16_t type, std::uint16_t flags, const PortFdbEntry& entry, const IndexOfName& index_of) {
  ndmsg header{};
  header.ndm_family = AF_BRIDGE;
  header.ndm_ifindex = static_cast<int>(TRY(need_index(entry.link, index_of)));
  header.ndm_state = NUD_NOARP;   // static: it never ages, and frames to it are forwarded, not received
  header.ndm_flags = NTF_MASTER;  // the bridge's database, not the port's own
  Message message(type, flags, header);
  message.put_mac(NDA_LLADDR, entry.mac);
  if (entry.vlan != 0) message.put_u16(NDA_VLAN, entry.vlan);
  return message;
}

struct Encode {
  const IndexOfName& index_of;

  Result<Message> operator()(const CreateLink& o) const { return encode_create_link(o, index_of); }
  Result<Message> operator()(const DeleteLink& o) const { return encode_delete_link(o); }
  Result<Message> operator()(const SetUp& o) const { return encode_set_up(o); }
  Result<Message> operator()(const SetMtu& o) const { return encode_set_mtu(o); }
  Result<Message> operator()(const SetMac& o) const { return encode_set_mac(o); }
  Result<Message> operator()(const SetAlias& o) const { return encode_set_alias(o); }
  Result<Message> operator()(const SetMaster& o) const { return encode_set_master(o, index_of); }
  Result<Message> operator()(const SetLinkData& o) const { return encode_set_link_data(o, index_of); }
  Result<Message> operator()(const SetPortData& o) const { return encode_set_port_data(o, index_of); }
  Result<Message> operator()(const AddAddress& o) const {
    return encode_address(RTM_NEWADDR, kRequest | NLM_F_CREATE | NLM_F_REPLACE, o.address, index_of);
  }
  Result<Message> operator()(const RemoveAddress& o) const { return encode_address(RTM_DELADDR, kRequest, o.address, index_of); }
  Result<Message> operator()(const SetRoute& o) const {
    return encode_route(RTM_NEWROUTE, kRequest | NLM_F_CREATE | NLM_F_REPLACE, o.route, index_of);
  }
  Result<Message> operator()(const RemoveRoute& o) const { return encode_route(RTM_DELROUTE, kRequest, o.route, index_of); }
  Result<Message> operator()(const AddBridgeVlan& o) const { return encode_bridge_vlan(RTM_SETLINK, o.vlan, index_of); }
  Result<Message> operator()(const RemoveBridgeVlan& o) const { return encode_bridge_vlan(RTM_DELLINK, o.vlan, index_of); }
  Result<Message> operator()(const SetSysctl&) const { return fail(Errc::bug, "a sysctl is no netlink request"); }
  Result<Message> operator()(const RunHook&) const { return fail(Errc::bug, "a hook is no netlink request"); }
  Result<Message> operator()(const SetEthtool&) const { return fail(Errc::bug, "a driver's setting is no rtnetlink request"); }
  Result<Message> operator()(const AddFdb& o) const {
    return encode_fdb(RTM_NEWNEIGH, kRequest | NLM_F_CREATE | NLM_F_APPEND, o.entry, index_of);
  }
  Result<Message> operator()(const RemoveFdb& o) const { return encode_fdb(RTM_DELNEIGH, kRequest, o.entry, index_of); }
  Result<Message> operator()(const AddPortFdb& o) const {
    return encode_port_fdb(RTM_NEWNEIGH, kRequest | NLM_F_CREATE | NLM_F_REPLACE, o.entry, index_of);
  }
  Result<Message> operator()(const RemovePortFdb& o) const { return encode_port_fdb(RTM_DELNEIGH, kRequest, o.entry, index_of); }
  Result<Message> operator()(const SetRateLimit&) const { return fail(Errc::bug, "a rate limit is more than one request"); }
  Result<Message> operator()(const StartDhcp&) const { return fail(Errc::bug, "a DHCP client is no netlink request"); }
  Result<Message> operator()(const StopDhcp&) const { return fail(Errc::bug, "a DHCP client is no netlink request"); }
};

}  // namespace

Result<Message> encode_operation(const Operation& operation, const IndexOfName& index_of) {
  return std::visit(Encode{index_of}, operation);
}

}  // namespace drawbridge::kernel
