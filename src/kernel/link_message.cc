#include "kernel/link_message.h"

#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"
#include "kernel/kinds/kinds.h"
#include "network/link_defaults.h"

namespace drawbridge::kernel {
namespace {

// include/uapi/linux/ipv6.h clashes with the C library's headers; these positions are ABI.
constexpr std::uint16_t kIpv6Forwarding = 0;
constexpr std::uint16_t kIpv6AcceptRa = 3;
constexpr std::uint16_t kIpv6Autoconf = 5;
constexpr std::uint16_t kIpv6DadTransmits = 6;
constexpr std::uint16_t kIpv6UseTempaddr = 10;
constexpr std::uint16_t kIpv6Disable = 26;
constexpr std::uint16_t kIpv6AddrGenMode = 47;

constexpr SysctlRow kSysctls[] = {
    {"ipv4.arp_accept", AF_INET, IPV4_DEVCONF_ARP_ACCEPT - 1},
    {"ipv4.forwarding", AF_INET, IPV4_DEVCONF_FORWARDING - 1},
    {"ipv4.promote_secondaries", AF_INET, IPV4_DEVCONF_PROMOTE_SECONDARIES - 1},
    {"ipv6.accept_ra", AF_INET6, kIpv6AcceptRa},
    {"ipv6.addr_gen_mode", AF_INET6, kIpv6AddrGenMode},
    {"ipv6.autoconf", AF_INET6, kIpv6Autoconf},
    {"ipv6.dad_transmits", AF_INET6, kIpv6DadTransmits},
    {"ipv6.disable_ipv6", AF_INET6, kIpv6Disable},
    {"ipv6.forwarding", AF_INET6, kIpv6Forwarding},
    {"ipv6.use_tempaddr", AF_INET6, kIpv6UseTempaddr},
};

// RFC 2863 states, by the kernel's number (IF_OPER_*).
std::string operstate_name(std::uint8_t state) {
  static constexpr std::array<std::string_view, 7> kNames{"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"};
  return state < kNames.size() ? std::string(kNames[state]) : fmt::format("{}", state);
}

void decode_sysctls(Bytes af_spec, network::Link& link) {
  const AttributeIndex families(af_spec, AF_INET6);
  const AttributeIndex inet(families.nest(AF_INET), IFLA_INET_MAX);
  const AttributeIndex inet6(families.nest(AF_INET6), IFLA_INET6_MAX);
  std::vector<SharedMap<std::uint32_t>::Entry> settings;
  settings.reserve(std::size(kSysctls));
  for (const auto& row : kSysctls) {
    const auto values = row.family == AF_INET ? inet.nest(IFLA_INET_CONF) : inet6.nest(IFLA_INET6_CONF);
    const std::size_t offset = std::size_t{row.position} * 4;
    if (offset + 4 <= values.size()) settings.push_back({row.key, *read_as<std::uint32_t>(values.subspan(offset))});
  }
  link.sysctl = SharedMap<std::uint32_t>::from_entries(std::move(settings));
}

void decode_kind(Bytes link_info, RawLink& raw) {
  const AttributeIndex info(link_info, IFLA_INFO_MAX);
  raw.link.kind = info.text(IFLA_INFO_KIND);
  raw.port_kind = info.text(IFLA_INFO_SLAVE_KIND);
  const auto data = info.nest(IFLA_INFO_DATA);
  const auto port = info.nest(IFLA_INFO_SLAVE_DATA);
  raw.data_nest.assign(data.begin(), data.end());
  raw.port_nest.assign(port.begin(), port.end());
}

void decode_altnames(Bytes properties, network::Link& link) {
  for_each_attribute(properties, [&](const Attribute& attribute) {
    if (attribute.type == IFLA_ALT_IFNAME) link.altnames.push_back(text_of(attribute.payload));
  });
  std::ranges::sort(link.altnames);
}

ifinfomsg link_header() { return ifinfomsg{AF_UNSPEC, 0, 0, 0, 0, 0}; }

void put_name(const std::string& name, Message& message) { message.put_text(name.size() < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, name); }

// A change of an existing link, found by its name in the kernel: no look-up before it.
Message change_link(const std::string& name, const ifinfomsg& header = link_header()) {
  Message message(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, header);
  put_name(name, message);
  return message;
}

Result<void> put_data(const LinkKind* kind, std::string_view kind_name, const network::Attributes& data, const IndexOfName& index_of,
                      Message& message) {
  const auto nest = message.begin_nest(IFLA_INFO_DATA);
  if (kind == nullptr && !data.empty()) return fail(Errc::unsupported, fmt::format("no attribute of kind {} is known", kind_name));
  if (kind != nullptr) TRY_VOID(encode_attributes(kind->data, data, index_of, message));
  message.end_nest(nest);
  return {};
}

void put_peer(const LinkKind& kind, const std::string& peer, const std::optional<std::uint32_t>& mtu, Message& message) {
  const auto data = message.begin_nest(IFLA_INFO_DATA);
  const auto nest = message.begin_nest(kind.peer_attribute);
  const auto header = link_header();
  message.append(&header, sizeof header);
  message.put_text(IFLA_IFNAME, peer);
  if (mtu) message.put_u32(IFLA_MTU, *mtu);
  message.end_nest(nest);
  message.end_nest(data);
}

}  // namespace

std::span<const SysctlRow> sysctl_table() { return kSysctls; }

std::optional<RawLink> decode_link(Bytes message) {
  const auto header = read_as<ifinfomsg>(message);
  if (!header) return std::nullopt;
  const AttributeIndex attributes(message.subspan(std::min(message.size(), std::size_t{NLMSG_ALIGN(sizeof(ifinfomsg))})), IFLA_MAX);
  RawLink raw;
  auto& link = raw.link;
  link.name = attributes.text(IFLA_IFNAME);
  if (link.name.empty() || header->ifi_index <= 0) return std::nullopt;
  link.index = static_cast<std::uint32_t>(header->ifi_index);
  link.ethernet = header->ifi_type == ARPHRD_ETHER;
  link.loopback = (header->ifi_flags & IFF_LOOPBACK) != 0;
  link.up = (header->ifi_flags & IFF_UP) != 0;
  link.carrier = (header->ifi_flags & IFF_LOWER_UP) != 0;
  link.operstate = operstate_name(attributes.get<std::uint8_t>(IFLA_OPERSTATE).value_or(0));
  link.mtu = attributes.get<std::uint32_t>(IFLA_MTU).value_or(0);
  link.min_mtu = attributes.get<std::uint32_t>(IFLA_MIN_MTU).value_or(0);
  link.max_mtu = attributes.get<std::uint32_t>(IFLA_MAX_MTU).value_or(0);
  link.mac = mac_of(attributes.nest(IFLA_ADDRESS)).value_or(MacAddress{});
  link.permanent_mac = mac_of(attributes.nest(IFLA_PERM_ADDRESS));
  link.alias = attributes.text(IFLA_IFALIAS);
  raw.master_index = attributes.get<std::uint32_t>(IFLA_MASTER).value_or(0);
  if (!attributes.has(IFLA_LINK_NETNSID)) raw.parent_index = attributes.get<std::uint32_t>(IFLA_LINK).value_or(0);
  decode_altnames(attributes.nest(IFLA_PROP_LIST), link);
  decode_kind(attributes.nest(IFLA_LINKINFO), raw);
  decode_sysctls(attributes.nest(IFLA_AF_SPEC), link);
  return raw;
}

network::Link resolve_link(RawLink raw, const NameOfIndex& name_of) {
  auto& link = raw.link;
  if (raw.master_index != 0) link.master = name_of(raw.master_index);
  // A link that is its own parent (IFLA_LINK of a tunnel without device) has none.
  if (raw.parent_index != 0 && raw.parent_index != link.index) link.parent = name_of(raw.parent_index);
  if (const auto* kind = find_kind(link.kind)) link.data = decode_attributes(kind->data, raw.data_nest, name_of);
  if (const auto* kind = find_kind(raw.port_kind)) link.port = decode_attributes(kind->port, raw.port_nest, name_of);
  return std::move(raw.link);
}

Message make_link_dump() {
  Message message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, link_header());
  message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return message;
}

Message make_link_query(std::uint32_t index) {
  auto header = link_header();
  header.ifi_index = static_cast<int>(index);
  Message message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, header);
  message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return message;
}

Message make_bridge_vlan_dump() {
  auto header = link_header();
  header.ifi_family = AF_BRIDGE;
  Message message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, header);
  message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
  return message;
}

Message make_fdb_dump(std::uint32_t index) {
  ndmsg header{};
  header.ndm_family = AF_BRIDGE;
  Message message(RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, header);
  // The kernel looks at that link only; what bridges have learned stays where it is.
  if (index != 0) message.put_u32(NDA_IFINDEX, index);
  return message;
}

namespace {

/// The attributes of a new link. The kernel's own encapsulation limit of 0 forbids any tunnel inside the new one, and puts that into each
/// packet; RFC 2473 6.6 proposes 4, and so does ip(8).
network::Attributes data_of(const network::CreateLink& operation) {
  auto data = operation.data;
  if (operation.kind.starts_with("ip6")) data.merge(network::Attributes(network::default_data(operation.kind)));
  return data;
}

}  // namespace

Result<Message> encode_create_link(const network::CreateLink& operation, const IndexOfName& index_of) {
  const auto* kind = find_kind(operation.kind);
  const bool paired = kind != nullptr && kind->peer_attribute != 0;
  // With another kind's existing name the kernel must refuse, not change it: NLM_F_EXCL.
  Message message(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, link_header());
  message.put_text(IFLA_IFNAME, operation.name);
  if (operation.mac) message.put_mac(IFLA_ADDRESS, *operation.mac);
  if (operation.mtu) message.put_u32(IFLA_MTU, *operation.mtu);
  if (!operation.parent.empty() && !paired) {
    const auto index = index_of(operation.parent);
    if (index == 0) return fail_errno(ENODEV, printable(operation.parent));
    message.put_u32(IFLA_LINK, index);
  }
  const auto info = message.begin_nest(IFLA_LINKINFO);
  message.put_text(IFLA_INFO_KIND, operation.kind);
  if (paired && !operation.parent.empty()) {
    put_peer(*kind, operation.parent, operation.mtu, message);
  } else if (const auto given = data_of(operation); !given.empty()) {
    TRY_VOID(put_data(kind, operation.kind, given, index_of, message));
  }
  message.end_nest(info);
  return message;
}

Message encode_delete_link(const network::DeleteLink& operation) {
  Message message(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK, link_header());
  put_name(operation.name, message);
  return message;
}

Message encode_set_up(const network::SetUp& operation) {
  auto header = link_header();
  header.ifi_flags = operation.up ? IFF_UP : 0;
  header.ifi_change = IFF_UP;
  return change_link(operation.link, header);
}

Message encode_set_mtu(const network::SetMtu& operation) {
  auto message = change_link(operation.link);
  message.put_u32(IFLA_MTU, operation.mtu);
  return message;
}

Message encode_set_mac(const network::SetMac& operation) {
  auto message = change_link(operation.link);
  message.put_mac(IFLA_ADDRESS, operation.mac);
  return message;
}

Message encode_set_alias(const network::SetAlias& operation) {
  auto message = change_link(operation.link);
  // Without the NUL: an empty payload is what removes the alias.
  message.put(IFLA_IFALIAS, Bytes{reinterpret_cast<const std::uint8_t*>(operation.alias.data()), operation.alias.size()});
  return message;
}

Result<Message> encode_set_master(const network::SetMaster& operation, const IndexOfName& index_of) {
  auto message = change_link(operation.link);
  const auto index = operation.master.empty() ? 0U : index_of(operation.master);
  if (!operation.master.empty() && index == 0) return fail_errno(ENODEV, printable(operation.master));
  message.put_u32(IFLA_MASTER, index);
  return message;
}

Result<Message> encode_set_link_data(const network::SetLinkData& operation, const IndexOfName& index_of) {
  // What such a message leaves out, these kinds set back.
  if (network::is_tunnel(operation.kind))
    return fail_errno(EOPNOTSUPP, fmt::format("a tunnel of kind {} can't be changed", operation.kind));
  auto message = change_link(operation.link);
  const auto info = message.begin_nest(IFLA_LINKINFO);
  message.put_text(IFLA_INFO_KIND, operation.kind);
  TRY_VOID(put_data(find_kind(operation.kind), operation.kind, operation.data, index_of, message));
  message.end_nest(info);
  return message;
}

Result<Message> encode_set_port_data(const network::SetPortData& operation, const IndexOfName& index_of) {
  const auto* kind = find_kind(operation.master_kind);
  if (kind == nullptr || kind->port.empty())
    return fail(Errc::unsupported, fmt::format("no port attribute of kind {} is known", printable(operation.master_kind)));
  auto message = change_link(operation.link);
  const auto info = message.begin_nest(IFLA_LINKINFO);
  message.put_text(IFLA_INFO_SLAVE_KIND, operation.master_kind);
  const auto data = message.begin_nest(IFLA_INFO_SLAVE_DATA);
  TRY_VOID(encode_attributes(kind->port, operation.data, index_of, message));
  message.end_nest(data);
  message.end_nest(info);
  return message;
}

}  // namespace drawbridge::kernel
