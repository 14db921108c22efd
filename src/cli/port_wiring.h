// A guest's port on this node, wired as its card says: planned from what the kernel holds and the node's file, carried out, and
// proven by looking again.
#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "cli/context.h"
#include "hypervisor/live_cards.h"

namespace drawbridge::cli {

/// One card and the device that it is on the host.
struct PortRequest {
  guest::Vmid vmid = guest::kFirstVmid;
  guest::Nic nic;
  SourceLocation where;  ///< of the card's text
  std::string device;    ///< empty: as this node calls it
};

/// Makes the port what the card says; the device must be there. Rules come first (rules_before_ports.h). Gives warnings.
/// Errors: not_found (no such device, no such bridge), unsupported (an Open vSwitch bridge), those of guest::port_of, the kernel's.
Result<Diagnostics> wire_port(Context& context, const PortRequest& request);

/// Takes the device out of its bridge, and helpers that only it used away. Nothing to do is no error.
Result<void> unwire_port(Context& context, const std::string& device, const SourceLocation& where);

/// For cards of a VM that runs. Must not outlive the context.
std::unique_ptr<hypervisor::PortWiring> port_wiring(Context& context);

}  // namespace drawbridge::cli
