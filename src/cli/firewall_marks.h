// Small files in the firewall's folder that stand for a decision of the administrator, over restarts and reboots.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/context.h"

namespace drawbridge::cli {

/// What such a file says: when, and by whom. "2026-11-27 09:00:00 by root"
std::string mark_text();
/// Makes the file, or removes it; nothing if it is so already.
Result<void> set_mark(Context& context, const std::string& path, bool on);

}  // namespace drawbridge::cli
