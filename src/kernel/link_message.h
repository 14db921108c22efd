// RTM_NEWLINK and its relatives as values: decoding what the kernel tells of a link, encoding what an operation asks of it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/attribute_table.h"
#include "kernel/message.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// A link as one message tells it. Other links are still indexes, because a dump may name a link before it describes it; the
/// kind-specific nests are kept as views into the message for the same reason.
struct RawLink {
  network::Link link;  ///< without master, parent, data and port
  std::uint32_t master_index = 0;
  std::uint32_t parent_index = 0;  ///< 0 if the parent is in another network namespace
  std::string port_kind;           ///< IFLA_INFO_SLAVE_KIND
  std::vector<std::uint8_t> data_nest;
  std::vector<std::uint8_t> port_nest;
};

/// Decodes the bytes behind the netlink header. nullopt: too short, or without a name. Never trusts a length in the message.
std::optional<RawLink> decode_link(Bytes message);

/// Fills in what refers to other links.
network::Link resolve_link(RawLink raw, const NameOfIndex& name_of);

/// A per-device setting that travels in IFLA_AF_SPEC: the name of Link::sysctl and its position in the kernel's array.
struct SysctlRow {
  std::string_view key;
  std::uint16_t family;  ///< AF_INET or AF_INET6
  std::uint16_t position;
};
std::span<const SysctlRow> sysctl_table();

/// The request for all links, without the statistics: they are two thirds of the work.
Message make_link_dump();
/// The request for one link, likewise; answered and then acknowledged.
Message make_link_query(std::uint32_t index);
/// The request for the VLANs of all bridges and ports, in ranges.
Message make_bridge_vlan_dump();
/// The request for the forwarding entries of one link; 0: of all.
Message make_fdb_dump(std::uint32_t index);

Result<Message> encode_create_link(const network::CreateLink& operation, const IndexOfName& index_of);
Message encode_delete_link(const network::DeleteLink& operation);
Message encode_set_up(const network::SetUp& operation);
Message encode_set_mtu(const network::SetMtu& operation);
Message encode_set_mac(const network::SetMac& operation);
Message encode_set_alias(const network::SetAlias& operation);
Result<Message> encode_set_master(const network::SetMaster& operation, const IndexOfName& index_of);
Result<Message> encode_set_link_data(const network::SetLinkData& operation, const IndexOfName& index_of);
Result<Message> encode_set_port_data(const network::SetPortData& operation, const IndexOfName& index_of);

}  // namespace drawbridge::kernel
