// A bridge that keeps the MAC of a card that is no longer its port would share it with that card: it takes its first port's. The kernel
// may have done so by itself; it doesn't tell whether the MAC follows the ports.
#include <algorithm>

#include "network/planner.h"

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

}  // namespace

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
