// What the kernel gives a link that nobody configured: the values a setting goes back to when its line is taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "network/snapshot.h"

namespace drawbridge::network {

inline constexpr std::uint32_t kDefaultMtu = 1500;
inline constexpr std::uint32_t kLoopbackMtu = 65536;

/// Attributes of a new link of `kind`, as a fresh one's dump tells them (Linux 6.1); without those that every such link has to be given
/// (a VLAN's id). Empty for a kind without any.
const Attributes& default_data(std::string_view kind);
/// Attributes of a new port of a master of `kind`. Without "cost": the kernel derives it from the link's speed.
const Attributes& default_port(std::string_view master_kind);
/// What a bond tells in mode 802.3ad only.
const Attributes& lacp_data();
/// A port attribute that only the kernel model knows: the MTU that a bond gives back to its port. The kernel does not tell it.
inline constexpr std::string_view kOriginalMtu = "original_mtu";
/// An attribute of bridges that only the kernel model knows: its zero MAC stands for one drawn by lot. Without it, zeros are zeros.
inline constexpr std::string_view kDrawnMac = "drawn_mac";
/// Of Link::sysctl, as the kernel ships them (distributions may have changed net.*.conf.default).
const std::map<std::string, std::uint32_t, std::less<>>& default_sysctls();

/// True for what the kernel works out by itself (root_id, topology_change, a port's state): never restored, never compared.
bool is_learned(std::string_view attribute);

/// Tunnels over IP: gre, gretap, ipip, sit, vti, vti6, ip6gre, ip6gretap, ip6tnl, xfrm. Most of them are no Ethernet.
bool is_tunnel(std::string_view kind);

/// The ports of guests, by their names: tap*, fwpr*, veth<vmid>i<n>. They belong to a running machine and are never detached.
bool is_guest_port(std::string_view name);

}  // namespace drawbridge::network
