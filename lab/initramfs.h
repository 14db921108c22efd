// The first root of the lab's machine: busybox, the modules that reach the host's files, and a script that mounts them read-only
// under a writable layer in memory and hands over to the agent.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lab/kernel_image.h"

namespace drawbridge::lab {

/// The script /init. `modules` are loaded in this order; `kernel_root` is where the guest finds lib/modules/RELEASE if it is not the
/// host's own ("" then); `agent` is the agent's command line.
std::string first_script(const std::vector<std::string>& modules, const Kernel& kernel, const std::string& agent);

/// The paths that `modprobe --show-depends` lists, each once, in its order.
std::vector<std::string> module_paths(std::string_view show_depends);

/// The archive for this kernel and agent, from the cache where nothing has changed.
Result<std::string> initramfs_for(const Kernel& kernel, const std::string& agent);

}  // namespace drawbridge::lab
