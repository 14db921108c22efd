// All guests of all nodes: what must be unique among them, and who has it already.
#pragma once

#include <set>
#include <vector>

#include "guest/guest.h"

namespace drawbridge::guest {

struct Inventory {
  std::vector<Guest> guests;  ///< by node, then kind, then VMID

  /// The guests of that number: more than one is a mistake of somebody who copied files.
  std::vector<const Guest*> find(Vmid vmid) const;
};

/// One card of one guest.
struct NicUse {
  const Guest* guest = nullptr;
  std::uint8_t slot = 0;
  SourceLocation where;  ///< of the card's text
};

/// The cards that have the address now or at their guest's next start, other than `slot` of `vmid`.
std::vector<NicUse> users_of_mac(const Inventory& inventory, const MacAddress& mac, Vmid vmid, std::uint8_t slot);

/// Every address that a card has, will have, or had at a snapshot.
std::set<MacAddress> used_macs(const Inventory& inventory);

/// Numbers that several guests have (errors), MAC addresses that several cards have (warnings), and names that several cards of a
/// container have (errors). Time is n log n in the number of cards.
Diagnostics check_inventory(const Inventory& inventory);

/// What check_inventory says about one guest of it.
Diagnostics check_guest(const Inventory& inventory, const Guest& guest);

/// "VM 100 (mail) on node pve1", for messages.
std::string title(const Guest& guest);

}  // namespace drawbridge::guest
