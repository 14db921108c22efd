#include "hypervisor/live_change.h"

#include <algorithm>
#include <array>

#include "guest/guest.h"
#include "hypervisor/card_options.h"

namespace drawbridge::hypervisor {
namespace {

using guest::Nic;

/// One property of a card and what its change takes. The strongest of those that changed is done.
struct Row {
  bool (*differs)(const Nic&, const Nic&);
  CardPlan::Kind kind;
  bool blink = false;
};

template <auto Member>
bool differs(const Nic& a, const Nic& b) {
  return a.*Member != b.*Member;
}

const std::array kRows{
    Row{differs<&Nic::model>, CardPlan::Kind::replug},
    Row{differs<&Nic::mac>, CardPlan::Kind::replug},
    Row{[](const Nic& a, const Nic& b) { return a.queue_count() != b.queue_count(); }, CardPlan::Kind::replug},
    Row{[](const Nic& a, const Nic& b) { return a.own_mtu() != b.own_mtu(); }, CardPlan::Kind::replug},
    Row{[](const Nic& a, const Nic& b) { return a.bridge.empty() != b.bridge.empty(); }, CardPlan::Kind::replug},
    Row{differs<&Nic::bridge>, CardPlan::Kind::rewire, true},
    Row{differs<&Nic::tag>, CardPlan::Kind::rewire, true},
    Row{differs<&Nic::trunks>, CardPlan::Kind::rewire},
    Row{[](const Nic& a, const Nic& b) { return a.is_firewalled() != b.is_firewalled(); }, CardPlan::Kind::rewire},
    Row{[](const Nic& a, const Nic& b) { return a.rate_limit() != b.rate_limit(); }, CardPlan::Kind::rewire},
};

CardPlan waits(std::string why) { return {CardPlan::Kind::at_next_start, false, false, std::move(why)}; }

CardPlan if_pluggable(CardPlan::Kind kind, const Nic& nic, bool may_plug) {
  if (!may_plug) return waits("the VM's key hotplug does not name network");
  if (!is_pluggable(nic)) return waits("a card of the model " + nic.model + " can't be plugged while the VM runs");
  return {kind, false, false, {}};
}

CardPlan plan_changed(const Nic& before, const Nic& after, bool may_plug) {
  CardPlan plan;
  for (const Row& row : kRows) {
    if (!row.differs(before, after)) continue;
    if (row.kind == CardPlan::Kind::replug) {
      const CardPlan out = if_pluggable(row.kind, before, may_plug);
      return out.kind == CardPlan::Kind::at_next_start ? out : if_pluggable(row.kind, after, may_plug);
    }
    // Without a bridge there is no host's end to wire.
    if (after.bridge.empty()) continue;
    plan.kind = row.kind;
    plan.blink = plan.blink || row.blink;
  }
  if (before.host_tunnel != after.host_tunnel) return waits("host-tunnel is told to the guest at its start only");
  if (before.is_link_down() == after.is_link_down()) return plan;
  plan.set_link = plan.kind == CardPlan::Kind::rewire;
  if (!plan.set_link) plan.kind = CardPlan::Kind::set_link;
  return plan;
}

}  // namespace

Effect effect_of(std::string_view key) {
  constexpr std::array<std::string_view, 8> kOnPaper{"description", "hotplug", "lock", "onboot",
                                                     "protection",  "startup", "tags", "template"};
  if (guest::nic_slot(key)) return Effect::card;
  return std::ranges::find(kOnPaper, key) != kOnPaper.end() ? Effect::at_once : Effect::at_next_start;
}

CardPlan plan_card(const std::optional<Nic>& before, const std::optional<Nic>& after, bool may_plug) {
  if (!before && !after) return {};
  if (!before) return if_pluggable(CardPlan::Kind::plug, *after, may_plug);
  if (!after) return if_pluggable(CardPlan::Kind::unplug, *before, may_plug);
  return plan_changed(*before, *after, may_plug);
}

std::string_view past_participle(CardPlan::Kind kind) {
  switch (kind) {
    case CardPlan::Kind::plug: return "plugged in";
    case CardPlan::Kind::unplug: return "unplugged";
    case CardPlan::Kind::replug: return "plugged anew";
    case CardPlan::Kind::rewire: return "rewired";
    case CardPlan::Kind::set_link: return "its link set";
    case CardPlan::Kind::at_next_start: return "left for the next start";
    case CardPlan::Kind::nothing: break;
  }
  return "as it is";
}

}  // namespace drawbridge::hypervisor
