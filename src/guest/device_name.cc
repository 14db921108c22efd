#include "guest/device_name.h"

#include "base/digest.h"
#include "base/text.h"

namespace drawbridge::guest {
namespace {

std::string compose(std::string_view prefix, Vmid vmid, std::uint8_t slot) {
  return std::string(prefix) + std::to_string(vmid) + "i" + std::to_string(slot);
}

/// "<vmid>i<n>" with both numbers in range.
std::optional<DeviceOwner> parse_numbers(Kind kind, std::string_view text) {
  const auto middle = text.find('i');
  if (middle == std::string_view::npos) return std::nullopt;
  const auto vmid = parse_number<Vmid>(text.substr(0, middle));
  const auto slot = parse_number<std::uint8_t>(text.substr(middle + 1));
  if (!vmid || !slot || *vmid < kFirstVmid || *vmid > kLastVmid || *slot >= kNicSlots) return std::nullopt;
  return DeviceOwner{kind, *vmid, *slot};
}

}  // namespace

std::string full_device_name(Kind kind, Vmid vmid, std::uint8_t slot) { return compose(kind == Kind::qemu ? "tap" : "veth", vmid, slot); }

std::string device_name(Kind kind, Vmid vmid, std::uint8_t slot) {
  std::string name = full_device_name(kind, vmid, slot);
  return name.size() <= kLongestDeviceName ? name : compose("ve", vmid, slot);
}

std::string peer_device_name(Vmid vmid, std::uint8_t slot) {
  const std::string name = compose("veth", vmid, slot) + "p";
  return name.size() <= kLongestDeviceName ? name : compose("ve", vmid, slot) + "p";
}

std::optional<DeviceOwner> parse_device_name(std::string_view name) {
  std::optional<DeviceOwner> owner;
  if (name.starts_with("tap")) {
    owner = parse_numbers(Kind::qemu, name.substr(3));
  } else if (name.starts_with("ve")) {
    owner = parse_numbers(Kind::lxc, name.substr(name.starts_with("veth") ? 4 : 2));
  }
  // Leading zeros and a short form where the long one fits are not ours.
  if (owner && device_name(owner->kind, owner->vmid, owner->slot) != name) return std::nullopt;
  return owner;
}

std::string fitting_device_name(std::string_view wanted) {
  if (wanted.size() <= kLongestDeviceName) return std::string(wanted);
  return std::string(wanted.substr(0, 6)) + "~" + sha256_hex(wanted).substr(0, 8);
}

}  // namespace drawbridge::guest
