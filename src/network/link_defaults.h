// What the kernel gives a link that nobody configured: the values a setting goes back to when its line is taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "network/snapshot.h"

namespace drawbridge::network {

inline constexpr std::uint32_t kDefaultMtu = 1500;
inline constexpr std::uint32_t kLoopbackMtu = 65536;

/// Settable attributes of a new link of `kind` (linux/net/bridge/br_device.c); empty for a kind without a table.
const Attributes& default_data(std::string_view kind);
/// Attributes of a new port of a master of `kind`. Without "cost": the kernel derives it from the link's speed.
const Attributes& default_port(std::string_view master_kind);
/// Of Link::sysctl, as the kernel ships them (distributions may have changed net.*.conf.default).
const std::map<std::string, std::uint32_t, std::less<>>& default_sysctls();

/// True for what the kernel works out by itself (root_id, topology_change, a port's state): never restored, never compared.
bool is_learned(std::string_view attribute);

/// The ports of guests, by their names: tap*, fwpr*, veth<vmid>i<n>. They belong to a running machine and are never detached.
bool is_guest_port(std::string_view name);

}  // namespace drawbridge::network
