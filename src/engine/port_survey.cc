#include "engine/port_survey.h"

#include <algorithm>

#include "guest/device_name.h"
#include "guest/inventory.h"
#include "guest/plan_port.h"
#include "guest/tag_bridge.h"
#include "guest/tag_leftovers.h"

namespace drawbridge::engine {
namespace {

using guest::Guest;
using guest::Nic;

/// The card that a device belongs to.
struct Card {
  const Guest* guest = nullptr;
  const Nic* nic = nullptr;
};

Card card_of(std::span<const Guest> guests, const guest::DeviceOwner& owner) {
  const auto is_owner = [&](const Guest& guest) { return guest.vmid == owner.vmid && guest.kind == owner.kind; };
  const auto guest = std::ranges::find_if(guests, is_owner);
  if (guest == guests.end()) return {};
  const auto nic = guest->settings.nics.find(owner.slot);
  return nic == guest->settings.nics.end() ? Card{} : Card{&*guest, &nic->second};
}

SourceLocation line_of(const Card& card) {
  const auto* value = card.guest->settings.find("net" + std::to_string(card.nic->slot));
  return value == nullptr ? SourceLocation{card.guest->path, 0, 0} : value->where;
}

class Surveyor {
 public:
  Surveyor(const guest::NodeNetwork& node, PortSurvey& survey) : node_(node), survey_(survey) {}

  void look_at(const Card& card) {
    const auto where = line_of(card);
    auto port = guest::port_of(*card.nic, card.guest->vmid, where, node_);
    if (!port) {
      survey_.problems.push_back(to_diagnostic(port.error(), "port-not-wired"));
      return;
    }
    if (auto* wiring = std::get_if<guest::Wiring>(&*port)) plan(card, where, std::move(*wiring));
    if (auto* waiting = std::get_if<guest::Waiting>(&*port)) survey_.waiting.push_back(std::move(*waiting));
    if (const auto* unsupported = std::get_if<guest::Unsupported>(&*port)) survey_.problems.push_back(unsupported->why);
  }

 private:
  void plan(const Card& card, const SourceLocation& where, guest::Wiring wiring) {
    survey_.problems.insert(survey_.problems.end(), wiring.warnings.begin(), wiring.warnings.end());
    if (wiring.bridge != card.nic->bridge) survey_.helpers.insert(wiring.bridge);
    auto plan = guest::plan_port(wiring, node_);
    survey_.problems.insert(survey_.problems.end(), plan.warnings.begin(), plan.warnings.end());
    if (plan.empty()) return;
    survey_.tasks.push_back({std::move(wiring.device), guest::title(*card.guest), std::move(wiring.bridge), where, std::move(plan)});
  }

  const guest::NodeNetwork& node_;
  PortSurvey& survey_;
};

}  // namespace

PortSurvey survey_ports(std::span<const Guest> guests, const guest::NodeNetwork& node, const Names* only) {
  PortSurvey survey;
  Surveyor surveyor(node, survey);
  const auto look_at = [&](const std::string& name) {
    const auto owner = guest::parse_device_name(name);
    const Card card = owner && node.find(name) != nullptr ? card_of(guests, *owner) : Card{};
    if (card.guest != nullptr) surveyor.look_at(card);
  };
  if (only != nullptr) {
    for (const auto& name : *only) look_at(name);
  } else {
    for (const auto& [name, link] : node.now().links) look_at(name);
  }
  return survey;
}

std::vector<std::string> leftovers(std::span<const Guest> guests, const guest::NodeNetwork& node) {
  Names needed;
  for (const auto& guest : guests)
    for (const auto& [slot, nic] : guest.settings.nics)
      if (nic.tag && node.find(guest::device_name(guest.kind, guest.vmid, slot)) != nullptr)
        needed.insert(guest::helper_name(nic.bridge, *nic.tag));
  return guest::unused_helpers(node, needed);
}

}  // namespace drawbridge::engine
