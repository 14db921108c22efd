// A VM's network card as QEMU's objects: the backend, which is the tap on the host, and the device that the guest sees. The same
// for the command line and for plugging into a running VM.
#pragma once

#include <optional>
#include <string>

#include "base/diagnostic.h"
#include "guest/nic.h"
#include "hypervisor/machine_type.h"
#include "hypervisor/properties.h"

namespace drawbridge::hypervisor {

struct CardOptions {
  Properties netdev;
  Properties device;
};

/// What the card depends on beside itself.
struct CardSurroundings {
  guest::Vmid vmid = guest::kFirstVmid;
  std::string guest_name;  ///< told to the guest by the user-mode network's DHCP
  MachineType machine;
  std::optional<unsigned> boot_index;
  SourceLocation where;  ///< of the card's text
};

struct BuiltCard {
  std::optional<CardOptions> options;  ///< nullopt if and only if there are errors
  Diagnostics diagnostics;
};

/// The card must have a MAC address. Identifiers of both objects are "netN".
BuiltCard card_options(const guest::Nic& nic, const CardSurroundings& around, const RunContext& context);

/// The MTU that the guest is told; 0: none, it takes the usual one. Errors: invalid_input if the bridge can't carry it.
Result<std::uint32_t> guest_mtu(const guest::Nic& nic, const CardSurroundings& around, const RunContext& context);

/// False for models on a bus that can't take cards while the VM runs.
bool is_pluggable(const guest::Nic& nic);

}  // namespace drawbridge::hypervisor
