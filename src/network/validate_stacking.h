// How interfaces stand on each other: ports, parents, loops, MTUs.
#pragma once

#include "network/validate_checks.h"

namespace drawbridge::network {

/// A port in two masters, missing ports, VLANs twice on one parent, loops, MTUs that don't fit.
void check_stacking(Checks& checks);

}  // namespace drawbridge::network
