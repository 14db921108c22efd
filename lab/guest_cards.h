// Guests whose cards are said by their configuration files: `qemu-server/VMID.conf` and `lxc/VMID.conf` in the scenario's folder, which
// become those of the node.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// By their place below the scenario's folder: "qemu-server/110.conf".
using GuestTexts = std::map<std::string, std::string>;

/// Puts the cards into the ports without a bridge. Pure. Error invalid_input: what is wrong in a file (with its place), and a port
/// without a card.
Result<void> place_cards(const GuestTexts& texts, Scenario& scenario);

/// Reads the files of the scenario's folder that its guests name.
GuestTexts read_guest_texts(const Scenario& scenario);

/// Writes them where the node has its guests.
Result<void> install_guest_texts(const GuestTexts& texts);

/// Of the scenario's folder, what is there: `firewall/NAME.fw`, the node's `host.fw`, `corosync.conf` and `hosts`, to where the node has
/// them.
Result<void> install_firewall_files(const Scenario& scenario);

}  // namespace drawbridge::lab
