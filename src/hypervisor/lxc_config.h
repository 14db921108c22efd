// A container's settings as the configuration that LXC reads. Pure.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "guest/guest.h"

namespace drawbridge::hypervisor {

struct LxcHost {
  std::string hook;     ///< what LXC calls for a card's device, without "lxc-ifup" and "lxc-ifdown"; for a shell
  bool unified = true;  ///< version 2 of control groups
  std::string common;   ///< LXC's own file of what all containers have; empty: there is none
};

struct LxcConfig {
  std::string text;         ///< empty if a diagnostic is an error
  Diagnostics diagnostics;  ///< what can't be honoured, with its line
};

/// Refused: a root file system that is no folder of the host, containers without privilege. lxc.… lines of the file come last, as they are.
LxcConfig lxc_config(const guest::Guest& guest, const LxcHost& host);

}  // namespace drawbridge::hypervisor
