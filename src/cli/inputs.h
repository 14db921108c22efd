// What the words of a command line name: files, snapshots.
#pragma once

#include <optional>

#include "cli/context.h"
#include "cli/sources.h"

namespace drawbridge::cli {

/// FILE if it is given, else the effective file.
Result<Source> shown_source(Context& context);

/// This machine's kernel, to enrich what a file says; nothing if FILE is given (it is read as it stands), or if the kernel can't be
/// read, which only -v tells.
std::optional<network::Snapshot> kernel_for_show(Context& context);

/// What a plan starts from: --against, else this machine's kernel.
Result<network::Snapshot> plan_base(Context& context);

}  // namespace drawbridge::cli
