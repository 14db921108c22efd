// The commands of a stanza (pre-up … post-down) with the environment they run in.
#pragma once

#include "base/diagnostic.h"
#include "interfaces/configuration.h"
#include "network/interface.h"

namespace drawbridge::network {

/// Appends the stanza's hooks to the interface, in file order, with METHOD set.
void read_hooks(const interfaces::Stanza& stanza, Interface& interface);

/// Completes the environments once all stanzas are merged: IFACE, LOGICAL, ADDRFAM, MODE, PHASE and IF_<OPTION> with the first
/// value of each option.
void finish_hooks(Interface& interface, Diagnostics& diagnostics);

/// nullopt if the option is none of the six.
std::optional<HookPhase> find_hook_phase(std::string_view canonical_name);

}  // namespace drawbridge::network
