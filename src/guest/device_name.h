// What the host calls the devices of a guest's card. Names of network devices have at most 15 bytes (IFNAMSIZ); who derives a
// longer one gets a shorter one that is the same each time.
//
// | device                      | name            | where that has 16 bytes or more |
// |-----------------------------|-----------------|---------------------------------|
// | QEMU's tap                  | tap<vmid>i<n>   | never                           |
// | LXC's veth, host end        | veth<vmid>i<n>  | ve<vmid>i<n>                    |
// | its peer while it is plugged | veth<vmid>i<n>p | ve<vmid>i<n>p                   |
// | any other                   | as derived      | its beginning, '~', a digest    |
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guest/nic.h"

namespace drawbridge::guest {

/// Bytes of the longest name of a network device.
inline constexpr std::size_t kLongestDeviceName = 15;

/// The host's device of a card. `vmid` up to kLastVmid and `slot` below kNicSlots give a valid name.
std::string device_name(Kind kind, Vmid vmid, std::uint8_t slot);

/// The name under which the other end of a container's veth is made before it moves inside.
std::string peer_device_name(Vmid vmid, std::uint8_t slot);

/// The name without regard to its length, which becomes the device's alias where device_name had to shorten it: "veth…".
std::string full_device_name(Kind kind, Vmid vmid, std::uint8_t slot);

struct DeviceOwner {
  Kind kind = Kind::qemu;
  Vmid vmid = kFirstVmid;
  std::uint8_t slot = 0;
  auto operator<=>(const DeviceOwner&) const = default;
};

/// The inverse of device_name: nullopt for any text that it never gives (also "tap042i0" and "tap7i0": not a VMID).
std::optional<DeviceOwner> parse_device_name(std::string_view name);

/// A derived name ("vmbr0v44", "enp1s0f0np0.100") that fits: itself if it does, else its first six bytes, '~' and eight hex digits
/// of its SHA-256. Two long names fall together with a probability of 2^-32.
std::string fitting_device_name(std::string_view wanted);

}  // namespace drawbridge::guest
