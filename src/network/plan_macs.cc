// A bridge that keeps the MAC of a card that is no longer its port would share it with that card: it takes its first port's. The kernel
// may have done so by itself; it doesn't tell whether the MAC follows the ports. One without any port may have no MAC at all.
#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "network/plan_one.h"

namespace drawbridge::network {
namespace {

using Cards = std::vector<std::string>;

Cards cards_of(const Snapshot& now) {
  Cards cards;
  for (const auto& [name, link] : now.links)
    if (link.kind.empty()) cards.push_back(name);
  return cards;
}

bool is_port_mac(const Planner& planner, const std::string& bridge, const MacAddress& mac) {
  return std::ranges::any_of(planner.state().links,
                             [&](const auto& entry) { return entry.second.master == bridge && entry.second.mac == mac; });
}

bool is_mac_of_other_card(const Planner& planner, const Cards& cards, const std::string& bridge, const MacAddress& mac) {
  const auto has_it = [&](const std::string& card) {
    const Link* link = planner.find(card);
    return link != nullptr && link->mac == mac;
  };
  return std::ranges::any_of(cards, has_it) && !is_port_mac(planner, bridge, mac);
}

void plan_bridge_mac(Planner& planner, const Entry& entry, const Cards& cards) {
  const DesiredLink& wanted = *entry.wanted;
  const Link* bridge = planner.find(*entry.name);
  const Link* from = planner.find(wanted.mac_from);
  if (bridge == nullptr || bridge->kind != "bridge" || from == nullptr || from->master != *entry.name || from->mac.is_zero()) return;
  if (entry.start->mac == from->mac && bridge->mac == from->mac) return;
  if (!is_mac_of_other_card(planner, cards, *entry.name, entry.start->mac) &&
      !is_mac_of_other_card(planner, cards, *entry.name, bridge->mac))
    return;
  const DesiredLink* port = planner.wanted(wanted.mac_from);
  planner.emit(SetMac{*entry.name, from->mac}, port != nullptr && port->master ? port->master->where : wanted.where);
}

/// Of no card, the same whenever it is asked for, and another one on every machine.
MacAddress made_up_mac(const Planner& planner, const std::string& bridge) {
  std::string of = bridge;
  for (const auto& [name, link] : planner.now.links)
    if (link.permanent_mac) of += format_mac(*link.permanent_mac);
  const std::string digest = sha256_hex(of);
  MacAddress mac;
  for (std::size_t i = 0; i < mac.bytes.size(); ++i) std::from_chars(&digest[2 * i], &digest[2 * i + 2], mac.bytes[i], 16);
  constexpr unsigned kLocal = 0x02U;
  constexpr unsigned kGroup = 0x01U;
  mac.bytes[0] = static_cast<std::uint8_t>((mac.bytes[0] | kLocal) & ~kGroup);
  return mac;
}

bool changes_default_pvid(const One& one) {
  const auto changes = changed_data(one);
  const auto pvid = changes.data.find("vlan_default_pvid");
  return pvid != changes.data.end() && pvid->second != AttributeValue{std::uint64_t{0}};
}

}  // namespace

void plan_missing_mac(const One& one) {
  plan_mac(one);
  // A new bridge has one that the kernel drew.
  if (one.start == nullptr || !one.link().mac.is_zero()) return;
  const bool own = lacks_own_vlan(one);
  if (!own && !changes_default_pvid(one)) return;
  // It may have kept the one that it had, which the kernel doesn't foretell.
  const MacAddress& old = one.start->mac;
  const bool keeps = !old.is_zero() && !is_mac_of_other_card(one.planner, cards_of(one.planner.now), one.name, old);
  one.planner.emit(SetMac{one.name, keeps ? old : made_up_mac(one.planner, one.name)}, own ? one.wanted.vlans->where : one.wanted.where);
}

void plan_bridge_macs(Planner& planner) {
  std::optional<Cards> cards;
  for (const auto& entry : planner.entries()) {
    if (entry.wanted == nullptr || entry.start == nullptr || entry.wanted->mac_from.empty() || entry.wanted->mac) continue;
    if (planner.doomed.contains(*entry.name)) continue;
    if (!cards) cards = cards_of(planner.now);
    plan_bridge_mac(planner, entry, *cards);
  }
}

}  // namespace drawbridge::network
