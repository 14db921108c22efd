// What the control protocol between two switches of an MLAG does, played by the lab: each switch is told, for each bond that both
// have, whether the other one's leg works (LACP has bundled it). While it does, frames that came in by the peer link don't leave by
// the own leg: the other switch has delivered them already, and a second copy would come back to its sender. While it doesn't, they do.
//
// What is not modelled: the switches don't tell each other which hardware addresses they have learned; a switch floods what it does not
// know, and floods it to the other switch as well.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// One switch's part of a bond that both switches of a pair have.
struct MlagLeg {
  std::string here;   ///< the switch
  std::string there;  ///< the one it acts as one with
  std::string bond;
  bool operator==(const MlagLeg&) const = default;
};
std::vector<MlagLeg> mlag_legs(const Scenario& scenario);

/// True if /proc/net/bonding/NAME tells of a port that is up, collecting and distributing (IEEE 802.1AX 6.4.2.3, Actor_State).
bool leg_works(std::string_view proc_bonding);

/// `tc -batch` lines that stop, or let pass, what came in by the peer link and leaves by `bond`.
std::string gate_lines(const std::string& bond, bool closed);

/// Starts the process that watches the legs and sets the gates; a child of the caller, and dies with it. It ends only if it fails, with
/// its reason in kMlagLog. Nothing if the scenario has no MLAG.
Result<std::optional<pid_t>> start_mlag_control(const Scenario& scenario);
inline constexpr const char* kMlagLog = "/run/drawbridge-lab/mlag.log";

}  // namespace drawbridge::lab
