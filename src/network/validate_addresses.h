// Addresses, subnets and gateways that don't fit together.
#pragma once

#include "network/validate_checks.h"

namespace drawbridge::network {

/// Addresses twice, overlapping subnets, gateways that can't be reached, a second default gateway.
void check_addresses(Checks& checks);

}  // namespace drawbridge::network
