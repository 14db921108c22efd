// A VM's settings as QEMU's command line. Pure: what the host is like comes in the context.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "guest/guest.h"
#include "hypervisor/run_context.h"

namespace drawbridge::hypervisor {

struct QemuCommand {
  std::vector<std::string> words;  ///< empty if and only if there are errors
  /// Errors: what can't run. Warnings: settings that are understood but that the VM runs without.
  Diagnostics diagnostics;
  bool has_seed = false;  ///< a drive holds the image for cloud-init, which must be there (seed_image.h)
};

/// `settings`: those it starts with, usually next_settings(guest). Its cards have MAC addresses. The VM begins stopped (-S): who
/// starts it sets the links that are down, then lets it run.
QemuCommand qemu_command(const guest::Guest& guest, const guest::Settings& settings, const RunContext& context);

}  // namespace drawbridge::hypervisor
