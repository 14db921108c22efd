#pragma once

#include "network/validate_checks.h"

namespace drawbridge::network {

/// Things that may exist once only: a VLAN id on a parent, a VXLAN id, a VRF's table, a name (derived ones included), a link that
/// two stanzas mean.
void check_identities(Checks& checks);

}  // namespace drawbridge::network
