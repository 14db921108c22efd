// Changes of the cards of a running VM, through its control socket.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "hypervisor/card_options.h"
#include "hypervisor/live_change.h"
#include "hypervisor/qmp.h"

namespace drawbridge::hypervisor {

/// Wires the host's end of a card, which is there already. Implemented where the kernel is known.
class PortWiring {
 public:
  virtual ~PortWiring() = default;
  /// Wires the device as the card says, now that it says something else. On an error it is wired as before.
  virtual Result<void> rewire(guest::Vmid vmid, const guest::Nic& before, const guest::Nic& after) = 0;
};

class LiveCards {
 public:
  /// How long a guest may take to let a card go. One that is still booting does not answer at all.
  static constexpr Milliseconds kUnplugPatience{6'000};

  LiveCards(Qmp& qmp, PortWiring& wiring, const RunContext& context, CardSurroundings around)
      : qmp_(qmp), wiring_(wiring), context_(context), around_(std::move(around)) {}

  /// On an error the VM has the card it had before, as far as QEMU lets us; if not, the error says so.
  /// Errors: timed_out (the guest does not let its card go, or QEMU is silent), unavailable (QEMU refuses, with its words), those of
  /// the wiring.
  Result<void> carry_out(const CardPlan& plan, const std::optional<guest::Nic>& before, const std::optional<guest::Nic>& after);

 private:
  Result<void> plug(const guest::Nic& nic);
  Result<void> unplug(const guest::Nic& nic);
  Result<void> replug(const guest::Nic& before, const guest::Nic& after);
  Result<void> rewire(const CardPlan& plan, const guest::Nic& before, const guest::Nic& after);
  Result<void> set_link(const guest::Nic& nic, bool up);

  Qmp& qmp_;
  PortWiring& wiring_;
  const RunContext& context_;
  CardSurroundings around_;
};

/// The cards that QEMU has, by slot, as far as their identifiers are netN.
Result<std::set<std::uint8_t>> plugged_cards(Qmp& qmp);

}  // namespace drawbridge::hypervisor
