#include "guest/hook_steps.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "guest/device_name.h"

namespace drawbridge::guest {
namespace {

HookStep step_for(PortAction action, const NicUse& card, const std::string& device) {
  return {action, card.guest->vmid, card.guest->settings.nics.at(card.slot), card.where, device};
}

NicUse card_of(const Guest& guest, std::uint8_t slot) {
  const auto* value = guest.settings.find("net" + std::to_string(slot));
  return {&guest, slot, value == nullptr ? SourceLocation{guest.path, 0, 0} : value->where};
}

/// The card as it is now, not as it will be: the guest runs, or is about to. `guest` is null: no card has the address.
Result<NicUse> card_with(const MacAddress& mac, const Inventory& inventory) {
  NicUse found;
  for (const auto& guest : inventory.guests)
    for (const auto& [slot, nic] : guest.settings.nics) {
      if (nic.mac != mac) continue;
      const NicUse card = card_of(guest, slot);
      if (found.guest != nullptr)
        return fail(Errc::conflict, title(*found.guest) + " and " + title(guest) + " both have a card with " + format_mac(mac), card.where,
                    "give one of them another MAC address");
      found = card;
    }
  return found;
}

std::optional<NicUse> card_called(const std::string& device, const Inventory& inventory) {
  const auto owner = parse_device_name(device);
  if (!owner || owner->kind != Kind::lxc) return std::nullopt;
  for (const auto* guest : inventory.find(owner->vmid))
    if (guest->kind == owner->kind && guest->settings.nics.contains(owner->slot)) return card_of(*guest, owner->slot);
  return std::nullopt;
}

/// The types whose device on the host is one that a bridge takes.
bool has_port(const DomainInterface& interface) {
  constexpr std::array<std::string_view, 3> kTypes{"bridge", "network", "ethernet"};
  return std::ranges::find(kTypes, interface.type) != kTypes.end();
}

/// Why nothing is done for a card's interface; empty: something is.
std::string reason_to_leave(const LibvirtCall& call, const DomainInterface& interface, const Nic& nic) {
  if (!has_port(interface)) return "an interface of type " + printable(interface.type) + " has no port";
  if (nic.bridge.empty()) return "it names no bridge, so it has no port";
  if (interface.device.empty() && call.too_early) return "its device is not made yet";
  if (interface.device.empty() && call.action == PortAction::unplug) return "its device is gone";
  return {};
}

}  // namespace

Result<HookStep> lxc_step(const LxcCall& call, const std::optional<MacAddress>& mac, const Inventory& inventory) {
  if (const auto card = card_called(call.device, inventory)) return step_for(call.action, *card, call.device);
  const NicUse card = mac ? TRY(card_with(*mac, inventory)) : NicUse{};
  if (card.guest != nullptr) return step_for(call.action, card, call.device);
  return fail(Errc::not_found, call.device + " of container '" + printable(call.container) + "' is no card of a guest of this node", {},
              "name it as its card: lxc.net.N.veth.pair = veth<VMID>i<N>, or give it the card's address: lxc.net.N.hwaddr");
}

Result<HookSteps> libvirt_steps(const LibvirtCall& call, const std::vector<DomainInterface>& interfaces, const Inventory& inventory) {
  HookSteps result;
  if (!call.action) return result;
  bool ours = false;
  for (const auto& interface : interfaces) {
    const NicUse card = TRY(card_with(interface.mac, inventory));
    if (card.guest == nullptr) continue;
    ours = true;
    const std::string title_of_card = "net" + std::to_string(card.slot) + " of " + title(*card.guest);
    const std::string reason = reason_to_leave(call, interface, card.guest->settings.nics.at(card.slot));
    if (!reason.empty())
      result.notes.push_back(title_of_card + " is left alone: " + reason);
    else if (interface.device.empty())
      return fail(Errc::not_found, "libvirt names no device for " + title_of_card, interface.where, "its <interface> has no <target dev>");
    else
      result.steps.push_back(step_for(*call.action, card, interface.device));
  }
  if (!ours) result.notes.push_back("no card of domain '" + printable(call.domain) + "' is one of a guest of this node");
  return result;
}

}  // namespace drawbridge::guest
