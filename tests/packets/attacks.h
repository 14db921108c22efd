// Attacks that are known by name, as frames, under one documented policy.
#pragma once

#include <string>
#include <vector>

#include "frame_dice.h"
#include "scene.h"

namespace drawbridge::packets {

struct Attack {
  std::string name;
  std::vector<Frame> frames;
  /// Where it is to arrive, as `where_of` says it; "nowhere" if it is stopped.
  std::string arrives;
  std::string why;  ///< what stops it, or why it isn't stopped here
};

/// Frames are numbered from 1, all different.
std::vector<Attack> attacks();
Files files_of_attacks();

}  // namespace drawbridge::packets
