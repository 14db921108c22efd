// A guest's network card as its configuration describes it: one value for both kinds of guest, shared by everything that reads,
// checks, wires or runs guests. Text to value and back is nic_string.h; what the host calls the device is device_name.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"

namespace drawbridge::guest {

enum class Kind : std::uint8_t { qemu, lxc };

/// The number of a guest, unique among the guests of all nodes and of both kinds: kFirstVmid to kLastVmid.
using Vmid = std::uint32_t;
inline constexpr Vmid kFirstVmid = 100;
inline constexpr Vmid kLastVmid = 999'999'999;

/// Cards are net0 to net31.
inline constexpr std::uint8_t kNicSlots = 32;

/// VLAN ids from `first` to `last`, both included; 1 to 4094, first <= last.
struct VlanRange {
  std::uint16_t first = 1;
  std::uint16_t last = 1;
  auto operator<=>(const VlanRange&) const = default;
};

/// A rate limit, the same in both directions. `text` is the decimal number of MB/s (of 1048576 bytes) as the configuration has it;
/// `bytes_per_second` is floor(text * 1048576), computed without rounding. 0: no limit.
struct Rate {
  std::string text = "0";
  std::uint64_t bytes_per_second = 0;
  bool operator==(const Rate&) const = default;
};

/// How an address comes to the guest, one alternative per word.
struct ManualAddress {
  bool operator==(const ManualAddress&) const = default;
};
struct DhcpAddress {
  bool operator==(const DhcpAddress&) const = default;
};
/// IPv6 only: "auto", from router advertisements.
struct SlaacAddress {
  bool operator==(const SlaacAddress&) const = default;
};
using AddressSetting = std::variant<ManualAddress, DhcpAddress, SlaacAddress, InterfaceAddress>;

/// Addresses and gateways inside the guest: of an LXC card, or of cloud-init's ipconfigN. nullopt: not said.
struct AddressSettings {
  std::optional<AddressSetting> ip;
  std::optional<IpAddress> gw;
  std::optional<AddressSetting> ip6;
  std::optional<IpAddress> gw6;
  bool operator==(const AddressSettings&) const = default;
};

/// One card. A member that is not set was not said; what that means stands beside it. Two cards that are equal have the same
/// canonical text.
struct Nic {
  std::uint8_t slot = 0;  ///< N of netN, 0 to 31
  Kind kind = Kind::qemu;

  std::string model;  ///< QEMU: "virtio", "e1000"…; LXC: empty
  std::string name;   ///< LXC: what the container calls it; QEMU: empty
  std::optional<MacAddress> mac;
  /// The MAC as the file spells it, if that is not upper case; programs exist to which another spelling is another MAC, and they
  /// would plug the card anew. Empty: upper case.
  std::string mac_spelling;

  std::string bridge;                  ///< bridge or virtual network; empty: none (QEMU's user-mode network)
  std::optional<std::uint16_t> tag;    ///< access VLAN, 1 to 4094
  std::vector<VlanRange> trunks;       ///< tagged VLANs, in the order of the file; empty: none are named
  std::optional<bool> firewall;        ///< not said: no
  std::optional<bool> link_down;       ///< not said: no
  std::optional<Rate> rate;            ///< not said: no limit
  std::optional<std::uint8_t> queues;  ///< virtio: 0 to 64; not said, 0 and 1 are one queue
  /// QEMU: 1 to 65520, 1 is the bridge's. LXC: 64 to 65535. Not said: the bridge's.
  std::optional<std::uint32_t> mtu;
  std::optional<bool> host_tunnel;   ///< virtio: offload of UDP tunnels; not said: by the machine's version
  std::optional<bool> host_managed;  ///< LXC: the host sets the addresses; not said: no
  AddressSettings addresses;         ///< LXC

  bool operator==(const Nic&) const = default;

  bool is_firewalled() const { return firewall.value_or(false); }
  bool is_link_down() const { return link_down.value_or(false); }
  bool is_host_managed() const { return host_managed.value_or(false); }
  /// Bytes per second in each direction; nullopt: no limit.
  std::optional<std::uint64_t> rate_limit() const {
    return rate && rate->bytes_per_second > 0 ? std::optional(rate->bytes_per_second) : std::nullopt;
  }
  /// The MTU that the card asks for; nullopt: that of its bridge.
  std::optional<std::uint32_t> own_mtu() const { return mtu && !(kind == Kind::qemu && *mtu == 1) ? mtu : std::nullopt; }
  /// At least 1.
  unsigned queue_count() const { return queues && *queues > 1 ? *queues : 1U; }
};

}  // namespace drawbridge::guest
