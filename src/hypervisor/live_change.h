// Which changed key of a running VM takes effect how. Pure; live_cards.h carries it out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guest/nic.h"

namespace drawbridge::hypervisor {

/// When a key of the configuration takes effect.
enum class Effect : std::uint8_t {
  at_once,        ///< nothing in the VM depends on it: its description, what happens at the host's boot…
  card,           ///< netN: as plan_card says
  at_next_start,  ///< QEMU is told at its start only
};
Effect effect_of(std::string_view key);

/// What is done about one card of a running VM.
struct CardPlan {
  enum class Kind : std::uint8_t {
    nothing,        ///< the running card is so already
    plug,           ///< a new card
    unplug,         ///< the card goes
    replug,         ///< the guest sees another card: out and in again
    rewire,         ///< the same card; the host's end of it is wired anew
    set_link,       ///< only its link goes up or down
    at_next_start,  ///< it can't be done while the VM runs; `why` says so
  };
  Kind kind = Kind::nothing;
  bool blink = false;     ///< rewire: the guest's link goes down and up, so that it asks for an address in its new network
  bool set_link = false;  ///< rewire: the link's own state changes too
  std::string why;
  bool operator==(const CardPlan&) const = default;
};

/// `before`: the card that the VM has; `after`: what it shall have; nullopt: none. `may_plug`: the guest's `hotplug` names "network".
CardPlan plan_card(const std::optional<guest::Nic>& before, const std::optional<guest::Nic>& after, bool may_plug);

/// "plugged in", "rewired"… for messages.
std::string_view past_participle(CardPlan::Kind kind);

}  // namespace drawbridge::hypervisor
