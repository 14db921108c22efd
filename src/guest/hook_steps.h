// Which cards a hypervisor's hook is about, and what becomes of their ports.
#pragma once

#include <string>
#include <vector>

#include "guest/domain_xml.h"
#include "guest/hook_call.h"
#include "guest/inventory.h"

namespace drawbridge::guest {

/// One port to plug or to unplug.
struct HookStep {
  PortAction action = PortAction::plug;
  Vmid vmid = kFirstVmid;
  Nic nic;
  SourceLocation where;  ///< of the card's text
  std::string device;
};

struct HookSteps {
  std::vector<HookStep> steps;
  std::vector<std::string> notes;  ///< why something is left alone, a sentence each, without a full stop
};

/// The card is the one whose device has this name, else the one with the MAC address (nullopt: it can't be told).
/// `inventory` has the guests of this node. Errors: not_found if no card is meant, conflict if several have the address.
Result<HookStep> lxc_step(const LxcCall& call, const std::optional<MacAddress>& mac, const Inventory& inventory);

/// The cards are told by their MAC addresses; interfaces of others are left alone, and so are those that have no port (type direct,
/// user…). Errors: conflict if several cards have an address, not_found if a card's interface names no device though it should.
Result<HookSteps> libvirt_steps(const LibvirtCall& call, const std::vector<DomainInterface>& interfaces, const Inventory& inventory);

}  // namespace drawbridge::guest
