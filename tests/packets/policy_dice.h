// Random firewall files for the scene: every option and every form of a rule, from pools so small that packets meet them.
#pragma once

#include "dice.h"
#include "scene.h"

namespace drawbridge::packets {

/// All lines of it are understood (policy_of has no complaints).
Files random_files(Dice& dice);

/// As people and accidents spoil files: pieces left out, doubled, moved, and letters changed. The datacenter's switch stays.
Files spoiled(Files files, Dice& dice);

}  // namespace drawbridge::packets
