// `lab run`, `lab shell` and `lab up`: which kernel, which world, and getting there.
#pragma once

#include "base/result.h"
#include "lab/options.h"

namespace drawbridge::lab {

/// Runs the command of `lab run`, or the shell of `lab shell`, where it belongs. Gives the exit status.
Result<int> run_command_in_lab(const Options& options, bool json);

/// `lab up`. Gives the exit status when the lab ends, or with --detach when it is up.
Result<int> bring_up(const Options& options);

}  // namespace drawbridge::lab
