// Links of the kernel model. Source: net/core/rtnetlink.c, net/core/dev.c, drivers/net/veth.c of Linux, and trials in namespaces.
#include <algorithm>
#include <array>
#include <cerrno>

#include "network/kernel_model_parts.h"
#include "network/link_defaults.h"

namespace drawbridge::network::model {
namespace {

constexpr std::size_t kMostNameBytes = 15;  // IFNAMSIZ - 1
constexpr std::uint32_t kLeastMtu = 68;
constexpr std::uint32_t kMostMtu = 65535;
constexpr std::uint32_t kLeastMtu6 = 1280;
constexpr std::uint8_t kLoopbackProtocol = 1;  // IFAPROT_KERNEL_LO

bool is_valid_name(const std::string& name) {
  const auto bad = [](char c) { return c == '/' || c == ':' || c == ' ' || (c >= '\t' && c <= '\r'); };
  return !name.empty() && name.size() <= kMostNameBytes && name != "." && name != ".." && std::ranges::none_of(name, bad);
}

bool is_known_kind(std::string_view kind) {
  static constexpr std::array<std::string_view, 8> kKinds{"bond", "bridge", "dummy", "macvlan", "veth", "vlan", "vrf", "vxlan"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

bool needs_parent(std::string_view kind) { return kind == "vlan" || kind == "macvlan"; }

std::uint32_t next_index(const Snapshot& snapshot) {
  std::uint32_t highest = 0;
  for (const auto& [name, link] : snapshot.links) highest = std::max(highest, link.index);
  return highest + 1;
}

Link make_link(const Snapshot& snapshot, const std::string& name, const std::string& kind) {
  Link link;
  link.index = next_index(snapshot);
  link.name = name;
  link.kind = kind;
  link.operstate = "down";
  link.mtu = kDefaultMtu;
  link.min_mtu = kLeastMtu;
  link.max_mtu = kMostMtu;
  return link;
}

Result<void> check_create(Snapshot& snapshot, const CreateLink& operation) {
  if (!is_valid_name(operation.name)) return fail_errno(EINVAL, operation.name);
  if (find(snapshot, operation.name) != nullptr) return fail_errno(EEXIST, operation.name);
  if (!is_known_kind(operation.kind)) return fail_errno(EOPNOTSUPP, operation.kind);
  if (operation.mac && (operation.mac->is_multicast() || operation.mac->is_zero())) return fail_errno(EADDRNOTAVAIL, operation.name);
  if (operation.mtu && (*operation.mtu < kLeastMtu || *operation.mtu > kMostMtu)) return fail_errno(EINVAL, operation.name);
  if (needs_parent(operation.kind) && find(snapshot, operation.parent) == nullptr) return fail_errno(ENODEV, operation.parent);
  if (operation.kind == "veth" && !operation.parent.empty()) {
    if (!is_valid_name(operation.parent)) return fail_errno(EINVAL, operation.parent);
    if (find(snapshot, operation.parent) != nullptr || operation.parent == operation.name) return fail_errno(EEXIST, operation.parent);
  }
  const int refused = operation.kind == "bridge" ? check_bridge_data(default_data("bridge"), operation.data) : 0;
  if (refused != 0) return fail_errno(refused, operation.name);
  return {};
}

void erase_link(Snapshot& snapshot, const std::string& name) {
  const auto own = [&](const auto& entry) { return entry.link == name; };
  for (auto& [other_name, other] : snapshot.links)
    if (other.master == name) release(snapshot, other);
  flush_addresses(snapshot, name, Family::ipv4);
  flush_addresses(snapshot, name, Family::ipv6);
  std::erase_if(snapshot.addresses, own);
  drop_nexthops(snapshot, name);
  std::erase_if(snapshot.bridge_vlans, own);
  std::erase_if(snapshot.qdiscs, own);
  std::erase_if(snapshot.fdb, own);
  std::erase_if(snapshot.dhcp_clients, own);
  snapshot.links.erase(name);
}

/// Everything that goes with the link: the other end of a cable, the VLANs on it, and what stands on those.
std::vector<std::string> with_dependents(const Snapshot& snapshot, const std::string& name) {
  std::vector<std::string> all{name};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& [other_name, other] : snapshot.links) {
      if (other.parent == all[i] && !other.kind.empty() && std::ranges::find(all, other_name) == all.end()) all.push_back(other_name);
    }
  }
  return all;
}

void bring_up_loopback(Snapshot& snapshot, const std::string& name) {
  const auto has = [&](Family family) {
    return std::ranges::any_of(snapshot.addresses, [&](const Address& a) { return a.link == name && a.address.address.family == family; });
  };
  Address address;
  address.link = name;
  address.scope = kScopeHost;
  address.protocol = kLoopbackProtocol;
  if (!has(Family::ipv4)) {
    address.address = {{Family::ipv4, {127, 0, 0, 1}}, 8};
    std::ignore = add_address(snapshot, address);
  }
  IpAddress local6{Family::ipv6, {}};
  local6.bytes[15] = 1;
  address.address = {local6, 128};
  if (!has(Family::ipv6)) std::ignore = add_address(snapshot, address);
}

}  // namespace

Link* find(Snapshot& snapshot, const std::string& name) {
  const Link* link = std::as_const(snapshot).find_link(name);
  return link == nullptr ? nullptr : &snapshot.links.find(link->name)->second;
}

Result<Link*> need(Snapshot& snapshot, const std::string& name) {
  Link* link = find(snapshot, name);
  if (link == nullptr) return fail_errno(ENODEV, name);
  return link;
}

bool is_own_address(const Snapshot& snapshot, const IpAddress& address) {
  return std::ranges::any_of(snapshot.addresses, [&](const Address& a) { return a.address.address == address; });
}

std::uint32_t setting(const Link& link, std::string_view key) {
  const auto found = link.sysctl.find(key);
  return found == link.sysctl.end() ? 0 : found->second;
}

Result<void> create_link(Snapshot& snapshot, const CreateLink& operation) {
  TRY_VOID(check_create(snapshot, operation));
  Link link = make_link(snapshot, operation.name, operation.kind);
  link.mac = operation.mac.value_or(MacAddress{});
  link.mtu = operation.mtu.value_or(kDefaultMtu);
  link.parent = operation.parent;
  link.data = default_data(operation.kind);
  if (operation.kind == "bridge") {
    merge_bridge_data(link.data, operation.data);
    const BridgeVlan self{link.name, 1, 1, true, true, true};
    snapshot.bridge_vlans.insert(std::ranges::upper_bound(snapshot.bridge_vlans, self), self);
  } else {
    for (const auto& [name, value] : operation.data) link.data.insert_or_assign(name, value);
  }
  if (operation.kind == "veth" && !operation.parent.empty()) {
    Link peer = make_link(snapshot, operation.parent, "veth");
    ++peer.index;
    peer.parent = link.name;
    snapshot.links.emplace(peer.name, std::move(peer));
  }
  snapshot.links.emplace(link.name, std::move(link));
  return {};
}

Result<void> delete_link(Snapshot& snapshot, const DeleteLink& operation) {
  const Link* link = TRY(need(snapshot, operation.name));
  if (link->kind.empty()) return fail_errno(EOPNOTSUPP, operation.name);
  for (const auto& name : with_dependents(snapshot, link->name)) {
    const auto found = snapshot.links.find(name);
    const std::string master = found->second.master;
    PortWatch watch(snapshot, master);
    erase_link(snapshot, name);
    watch.follow();
  }
  return {};
}

Result<void> set_up(Snapshot& snapshot, const SetUp& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  if (link->up == operation.up) return {};
  link->up = operation.up;
  const std::string name = link->name;
  if (operation.up) {
    if (link->loopback) bring_up_loopback(snapshot, name);
    add_connected_routes(snapshot, name, Family::ipv4);
    add_connected_routes(snapshot, name, Family::ipv6);
    if (link->kind == "veth") add_connected_routes(snapshot, link->parent, Family::ipv6);  // the other end has a carrier now
    return {};
  }
  link->carrier = false;
  link->operstate = "down";
  flush_routes(snapshot, name, Family::ipv4);
  flush_addresses(snapshot, name, Family::ipv6);
  return {};
}

Result<void> set_mtu(Snapshot& snapshot, const SetMtu& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  if (link->mtu == operation.mtu) return {};
  if (operation.mtu < link->min_mtu || (link->max_mtu != 0 && operation.mtu > link->max_mtu)) return fail_errno(EINVAL, operation.link);
  PortWatch watch(snapshot, link->master);
  link->mtu = operation.mtu;
  if (operation.mtu < kLeastMtu6) flush_addresses(snapshot, link->name, Family::ipv6);
  for (auto& [name, upper] : snapshot.links)
    if (upper.kind == "vlan" && upper.parent == link->name) upper.mtu = std::min(upper.mtu, link->mtu);
  watch.follow();
  return {};
}

Result<void> set_mac(Snapshot& snapshot, const SetMac& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  if (operation.mac.is_multicast() || operation.mac.is_zero()) return fail_errno(EADDRNOTAVAIL, operation.link);
  PortWatch watch(snapshot, link->master);
  link->mac = operation.mac;
  watch.follow();
  return {};
}

Result<void> set_alias(Snapshot& snapshot, const SetAlias& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  constexpr std::size_t kMostAliasBytes = 255;  // IFALIASZ - 1
  if (operation.alias.size() > kMostAliasBytes) return fail_errno(EINVAL, operation.link);
  link->alias = operation.alias;
  return {};
}

Result<void> set_ethtool(Snapshot& snapshot, const SetEthtool& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  for (const auto& [name, value] : operation.settings) link->ethtool.insert_or_assign(name, value);
  return {};
}

Result<void> set_sysctl(Snapshot& snapshot, const SetSysctl& operation) {
  Link* link = TRY(need(snapshot, operation.link));
  const bool was_disabled = setting(*link, "ipv6.disable_ipv6") != 0;
  link->sysctl[operation.key] = operation.value;
  if (operation.key != "ipv6.disable_ipv6" || was_disabled == (operation.value != 0)) return {};
  if (operation.value != 0) flush_addresses(snapshot, link->name, Family::ipv6);
  if (operation.value == 0 && link->loopback && link->up) bring_up_loopback(snapshot, link->name);
  return {};
}

}  // namespace drawbridge::network::model
