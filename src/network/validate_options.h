#pragma once

#include "network/validate_checks.h"

namespace drawbridge::network {

/// Options that mean nothing where they stand: of another type of interface, of a port that is in no bridge, of another mode.
void check_options(Checks& checks);

}  // namespace drawbridge::network
