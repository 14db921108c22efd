// Called by QEMU as its script for a tap: under the name qemu-ifup or qemu-ifdown, with the tap's name as the only word.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::cli {

bool is_qemu_script(const std::string& program_name);

/// The command line that the call stands for: "guest plug 100 net0 tap100i0". Whose card it is is in the tap's name; DRAWBRIDGE_ROOT
/// and DRAWBRIDGE_NODE in the environment (may be empty) say where its file is.
/// Errors: invalid_input if the words are not the name of one tap.
Result<std::vector<std::string>> qemu_script_words(const std::string& program_name, const std::vector<std::string>& words,
                                                   const std::string& root, const std::string& node);

}  // namespace drawbridge::cli
