// The address and gateway lines of a stanza as values.
#pragma once

#include "base/diagnostic.h"
#include "interfaces/configuration.h"
#include "network/interface.h"

namespace drawbridge::network {

/// Appends the stanza's addresses and gateways to the interface.
///
/// netmask, broadcast, scope and pointopoint speak about the address line above them; those above the first address line about
/// that one. `metric` speaks about the stanza's gateways: in pairs if there are as many, else the last counts for all. A value
/// that can't be read is reported at its column and left out. "address 0.0.0.0" means none.
void read_addresses(const interfaces::Stanza& stanza, Interface& interface, Diagnostics& diagnostics);

}  // namespace drawbridge::network
