#include "kernel/live_state.h"

#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "kernel/dump_message.h"
#include "kernel/ethtool.h"
#include "kernel/fdb_reader.h"
#include "kernel/link_message.h"
#include "kernel/snapshot_reader.h"
#include "network/link_defaults.h"

namespace drawbridge::kernel {
namespace {

using network::Address;
using network::BridgeVlan;
using network::Link;

constexpr std::array<unsigned, 9> kGroups{RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                                          RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,  RTNLGRP_IPV4_RULE,
                                          RTNLGRP_IPV6_RULE,  RTNLGRP_NEIGH,       RTNLGRP_TC};

bool differs(const Link& before, const Link& after, std::string_view attribute) {
  const auto a = before.data.find(attribute);
  const auto b = after.data.find(attribute);
  const bool has_a = a != before.data.end();
  const bool has_b = b != after.data.end();
  return has_a != has_b || (has_a && a->second != b->second);
}

/// What takes other objects along without a word about them: a link that is raised its queueing discipline, one that is taken down
/// IPv4 routes, a new port its VLANs.
bool takes_others_along(const Link& before, const Link& after) { return before.up != after.up || before.master != after.master; }

auto order(const Address& address) { return std::tie(address.link, address.address, address.peer); }

bool is_same(const Address& a, const Address& b) { return order(a) == order(b); }

/// Ports of a bridge get another default VLAN, or lose it.
bool changes_ports_vlans(const Link& before, const Link& after) {
  return before.kind != after.kind || differs(before, after, "vlan_default_pvid");
}

/// To a bridge's ports and those who wire them. Of a guest's port everything does.
bool matters(const Link& before, const Link& after) {
  if (network::is_guest_port(after.name) && before != after) return true;
  return before.index != after.index || before.kind != after.kind || before.mtu != after.mtu || before.master != after.master ||
         before.parent != after.parent || differs(before, after, "vlan_filtering") || differs(before, after, "vlan_default_pvid");
}

/// A port whose stations are set by hand, if it is one of a bridge.
bool is_deaf_port(const Link& link) {
  const auto learning = link.port.find("learning");
  return learning != link.port.end() && learning->second == network::AttributeValue{std::uint64_t{0}};
}

}  // namespace

Result<LiveSockets> LiveSockets::open() {
  auto events = TRY(EventSocket::open(kGroups));
  return LiveSockets{TRY(Socket::open(NETLINK_ROUTE)), std::move(events)};
}

Result<LiveState> LiveState::open() { return LiveState(TRY(LiveSockets::open())); }

Result<void> LiveState::hear() {
  // A dump may itself be followed by notifications of what it already shows; taking them again changes nothing.
  const bool complete = TRY(sockets_.events.drain([this](std::uint16_t type, Bytes message) { take(type, message); }));
  if (!complete) stale_ = true;
  return {};
}

Result<const network::Snapshot*> LiveState::look() {
  TRY_VOID(read_doubted());
  if (stale_ || partial_) TRY_VOID(dump());
  return &snapshot_;
}

Result<const network::Snapshot*> LiveState::glance() {
  TRY_VOID(read_doubted());
  if (stale_) TRY_VOID(dump());
  return &snapshot_;
}

Result<void> LiveState::read_doubted() {
  TRY_VOID(hear());
  if (!stale_) TRY_VOID(read_doubted_links());
  if (!stale_) TRY_VOID(read_doubted_destinations());
  return {};
}

Result<void> LiveState::read_doubted_links() {
  for (const auto& name : std::exchange(doubted_, {})) {
    const auto link = snapshot_.links.find(name);
    const auto index = link == snapshot_.links.end() ? 0 : link->second.index;
    const auto answer =
        index == 0 ? Result<bool>(false) : sockets_.questions.query(make_link_query(index), [this](auto type, Bytes message) {
          if (type == RTM_NEWLINK) take_link(message);
        });
    if (!answer || !*answer) stale_ = true;
    // The driver's settings are notified to nobody.
    if (!stale_ && has_driver_settings(link->second)) read_driver_settings(link->second);
  }
  return {};
}

void LiveState::read_driver_settings(Link& link) {
  auto settings = read_ethtool(sockets_.questions.descriptor(), link.name);
  if (settings == link.ethtool) return;
  link.ethtool = std::move(settings);
  ++generation_;
}

Result<void> LiveState::read_doubted_destinations() {
  for (const auto& name : std::exchange(doubted_destinations_, {})) {
    const auto link = snapshot_.links.find(name);
    if (link == snapshot_.links.end()) continue;
    std::vector<network::FdbEntry> entries;
    if (!TRY(read_fdb_of(sockets_.questions, link->second, entries))) stale_ = true;
    std::ranges::sort(entries);
    auto& all = snapshot_.fdb;
    const auto present = std::ranges::equal_range(all, name, {}, &network::FdbEntry::link);
    if (std::ranges::equal(present, entries)) continue;
    const auto place = all.erase(present.begin(), present.end());
    all.insert(place, entries.begin(), entries.end());
    ++generation_;
  }
  return {};
}

Result<void> LiveState::dump() {
  auto snapshot = TRY(read_snapshot(sockets_.questions));
  ++dumps_;
  if (snapshot != snapshot_) {
    note_changes(snapshot_, snapshot);
    snapshot_ = std::move(snapshot);
    ++generation_;
    names_.clear();
    for (const auto& [name, link] : snapshot_.links) names_.emplace(link.index, name);
  }
  stale_ = false;
  partial_ = false;
  doubted_.clear();
  doubted_destinations_.clear();
  return {};
}

std::string LiveState::name_of(std::uint32_t index) const {
  const auto found = names_.find(index);
  return found == names_.end() ? std::string() : found->second;
}

void LiveState::take(std::uint16_t type, Bytes message) {
  if (stale_) return;
  const auto family = message.empty() ? std::uint8_t{AF_UNSPEC} : message.front();
  switch (type) {
    case RTM_NEWLINK: return family == AF_BRIDGE ? take_bridge_link(message) : take_link(message);
    case RTM_DELLINK: return take_lost_link(message);
    case RTM_NEWADDR:
    case RTM_DELADDR: return take_address(type, message);
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH: return take_neighbour(message);
    case RTM_NEWQDISC:
    case RTM_DELQDISC:
    case RTM_NEWTCLASS:
    case RTM_DELTCLASS:
    case RTM_NEWTFILTER:
    case RTM_DELTFILTER: stale_ = true; return;  // limits of a link
    default: partial_ = true;                    // a route may have replaced others
  }
}

void LiveState::take_link(Bytes message) {
  auto raw = decode_link(message);
  // A wireless driver's event looks like a link and tells nothing of it.
  if (!raw || raw->link.mtu == 0) return;
  const auto index = raw->link.index;
  const bool knows_others = (raw->master_index == 0 || names_.contains(raw->master_index)) &&
                            (raw->parent_index == 0 || raw->parent_index == index || names_.contains(raw->parent_index));
  const auto known = names_.find(index);
  const bool is_new = known == names_.end() && !snapshot_.links.contains(raw->link.name);
  if (!knows_others || (!is_new && (known == names_.end() || known->second != raw->link.name))) {
    stale_ = true;
    return;
  }
  auto link = resolve_link(std::move(*raw), [this](std::uint32_t other) { return name_of(other); });
  if (is_new) return take_new_link(std::move(link));
  Link& present = snapshot_.links.find(known->second)->second;
  link.ethtool = present.ethtool;
  link.rate = present.rate;
  if (link == present) return;
  if (takes_others_along(present, link)) partial_ = true;
  if (changes_ports_vlans(present, link) || is_deaf_port(present) != is_deaf_port(link)) stale_ = true;
  if (matters(present, link)) changes_.insert(link.name);
  present = std::move(link);
  ++generation_;
}

void LiveState::take_new_link(Link link) {
  // Its driver's settings, addresses and VLANs that came before the news of itself: a dump tells.
  partial_ = true;
  if (link.kind == "bridge" || link.kind == "vxlan" || is_deaf_port(link)) {
    stale_ = true;
    return;
  }
  changes_.insert(link.name);
  names_.emplace(link.index, link.name);
  auto name = link.name;
  snapshot_.links.emplace(std::move(name), std::move(link));
  ++generation_;
}

void LiveState::take_lost_link(Bytes message) {
  partial_ = true;
  const auto header = read_as<ifinfomsg>(message);
  // A bridge tells of a port that left in the same words.
  if (!header || header->ifi_family == AF_BRIDGE) return;
  const auto known = names_.find(static_cast<std::uint32_t>(header->ifi_index));
  if (known == names_.end()) return;
  const std::string name = known->second;
  names_.erase(known);
  changes_.insert(name);
  const auto of_link = [&](const auto& entry) { return entry.link == name; };
  snapshot_.links.erase(name);
  std::erase_if(snapshot_.addresses, of_link);
  std::erase_if(snapshot_.bridge_vlans, of_link);
  std::erase_if(snapshot_.qdiscs, of_link);
  std::erase_if(snapshot_.fdb, of_link);
  std::erase_if(snapshot_.port_fdb, of_link);
  ++generation_;
}

void LiveState::note_changes(const network::Snapshot& before, const network::Snapshot& now) {
  for (const auto& [name, link] : before.links) {
    const auto found = now.links.find(name);
    if (found == now.links.end() || matters(link, found->second)) changes_.insert(name);
  }
  for (const auto& [name, link] : now.links)
    if (!before.links.contains(name)) changes_.insert(name);
  if (before.bridge_vlans == now.bridge_vlans) return;
  std::vector<BridgeVlan> differing;
  std::ranges::set_symmetric_difference(before.bridge_vlans, now.bridge_vlans, std::back_inserter(differing));
  for (const auto& vlan : differing) changes_.insert(vlan.link);
}

void LiveState::take_bridge_link(Bytes message) {
  auto raw = decode_bridge_vlans(message);
  const auto name = name_of(raw.index);
  const auto link = snapshot_.links.find(name);
  if (link == snapshot_.links.end()) {
    stale_ = true;
    return;
  }
  auto& all = snapshot_.bridge_vlans;
  std::vector<BridgeVlan> before;
  std::ranges::copy_if(all, std::back_inserter(before), [&](const BridgeVlan& vlan) { return vlan.link == name; });
  for (auto& vlan : raw.vlans) {
    vlan.link = name;
    vlan.self = link->second.kind == "bridge";
  }
  std::ranges::sort(raw.vlans);
  if (raw.vlans == before) return;
  if (is_deaf_port(link->second)) stale_ = true;  // stations of a VLAN go with it
  // An empty list may also mean a notification without the list.
  if (raw.vlans.empty()) {
    stale_ = true;
    return;
  }
  changes_.insert(name);
  std::erase_if(all, [&](const BridgeVlan& vlan) { return vlan.link == name; });
  all.insert(all.end(), raw.vlans.begin(), raw.vlans.end());
  std::ranges::sort(all);
  ++generation_;
}

void LiveState::take_address(std::uint16_t type, Bytes message) {
  auto raw = decode_address(message);
  if (!raw) return;
  auto address = std::move(raw->address);
  address.link = name_of(raw->index);
  // An IPv4 address takes along the routes that prefer it, and may make another one primary.
  if (address.link.empty() || (type == RTM_DELADDR && address.address.address.is_v4())) {
    stale_ = true;
    return;
  }
  if (address.label == address.link) address.label.clear();
  auto& all = snapshot_.addresses;
  const auto found = std::ranges::find_if(all, [&](const Address& other) { return is_same(other, address); });
  if (type == RTM_DELADDR) {
    if (found == all.end()) return;
    all.erase(found);
  } else if (found != all.end()) {
    if (*found == address) return;
    *found = std::move(address);
  } else {
    const auto place = std::ranges::upper_bound(all, order(address), {}, order);
    all.insert(place, std::move(address));
  }
  ++generation_;
}

void LiveState::take_neighbour(Bytes message) {
  const auto header = read_as<ndmsg>(message);
  const auto link = header ? snapshot_.links.find(name_of(static_cast<std::uint32_t>(header->ndm_ifindex))) : snapshot_.links.end();
  if (link == snapshot_.links.end()) return;
  // One notification may stand for an entry that replaced another.
  if (link->second.kind == "vxlan") doubted_destinations_.insert(link->first);
  if (is_deaf_port(link->second)) stale_ = true;
}

}  // namespace drawbridge::kernel
