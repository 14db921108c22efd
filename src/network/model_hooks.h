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

/// A program in a folder of the system that runs for every interface.
struct HookScript {
  HookPhase phase = HookPhase::up;
  std::string path;
  bool operator==(const HookScript&) const = default;
};

/// Gives each interface that has a stanza the scripts as hooks, behind its own of the same phase, with the same environment and
/// VERBOSITY. An alias has none: what happens to it happens to its link.
void add_scripts(Model& model, const std::vector<HookScript>& scripts);

/// nullopt if the option is none of the six.
std::optional<HookPhase> find_hook_phase(std::string_view canonical_name);

}  // namespace drawbridge::network
