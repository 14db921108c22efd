// Called by a hypervisor as its hook: the program's name says whose, the words and the environment what for.
//
// | name                    | called as                                                     |
// |-------------------------|---------------------------------------------------------------|
// | qemu-ifup, qemu-ifdown  | QEMU's script= and downscript=, with the tap's name           |
// | lxc-ifup, lxc-ifdown    | LXC's lxc.net.N.script.up and script.down                     |
// | libvirt-hook            | libvirt's hooks qemu and lxc, the domain's XML on its input   |
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::cli {

bool is_hook_name(const std::string& program_name);

/// The command line that the call stands for: "guest plug 100 net0 tap100i0" for QEMU, "guest hook NAME WORD…" for the others, whose
/// cards are found by looking. DRAWBRIDGE_ROOT and DRAWBRIDGE_NODE in the environment (may be empty) say where the guests' files are.
/// Errors: invalid_input if QEMU's words are not the name of one tap.
Result<std::vector<std::string>> hook_words(const std::string& program_name, const std::vector<std::string>& words, const std::string& root,
                                            const std::string& node);

}  // namespace drawbridge::cli
