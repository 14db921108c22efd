// Addresses, routes, rules, bridge VLANs, forwarding entries and queueing disciplines as the kernel's dump messages tell them. Every
// decoder takes the bytes behind the netlink header and never trusts a length in them; nullopt: not of interest, or too short.
#pragma once

#include <optional>
#include <vector>

#include "kernel/attribute_table.h"
#include "kernel/message.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// `index`: the link's; the address's `link` is left empty.
struct RawAddress {
  network::Address address;
  std::uint32_t index = 0;
};
std::optional<RawAddress> decode_address(Bytes message);

/// nullopt also for what a Snapshot leaves out: the local table, broadcast, multicast, anycast and cloned routes.
std::optional<network::Route> decode_route(Bytes message, const NameOfIndex& name_of);

std::optional<network::Rule> decode_rule(Bytes message);

/// The VLAN ranges of one bridge or port (AF_BRIDGE RTM_NEWLINK); `link` and `self` are left to the caller.
struct RawBridgeVlans {
  std::uint32_t index = 0;
  std::vector<network::BridgeVlan> vlans;
};
RawBridgeVlans decode_bridge_vlans(Bytes message);

/// One destination of a VXLAN; nullopt also for entries that were learned, lead nowhere, or belong to another VXLAN id.
struct RawFdbEntry {
  network::FdbEntry entry;
  std::uint32_t index = 0;
};
std::optional<RawFdbEntry> decode_fdb(Bytes message);

/// One station behind a bridge port; nullopt also for what the bridge learned, and for its own and its ports' MACs.
struct RawPortFdbEntry {
  network::PortFdbEntry entry;
  std::uint32_t index = 0;
};
std::optional<RawPortFdbEntry> decode_port_fdb(Bytes message);

struct RawQdisc {
  network::Qdisc qdisc;
  std::uint32_t index = 0;
};
std::optional<RawQdisc> decode_qdisc(Bytes message);

}  // namespace drawbridge::kernel
