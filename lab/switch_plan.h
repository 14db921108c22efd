// How switches are made of bridges, bonds and cables between them: part of the world's plan. Pure.
#pragma once

#include <string>
#include <vector>

#include "lab/scenario.h"
#include "lab/world_plan.h"

namespace drawbridge::lab {

/// The switches, by the scenario's order, with everything but the ends of their cables made; those exist already.
std::vector<Inside> make_switches(const Scenario& scenario);

/// Lines of `ip -batch` that lay the cables between switches.
std::string link_cables(const Scenario& scenario);

/// A line of `ip -batch`; none for 0, the usual MTU.
std::string mtu_line(const std::string& device, std::uint32_t mtu);

/// `bridge -batch` lines that make `device`, a port of a bridge, carry the VLANs of `port`.
std::string vlan_lines(const std::string& device, const SwitchPort& port);

/// A bond as the lab's switches and hosts make it: LACP, fast, noticing a dead link within 100 ms, spread by addresses and ports.
std::string bond_line(const std::string& name, const std::string& more = "");

/// The mark on frames that came in by an MLAG's peer link. Where the other switch has a leg of the same bond that works, they must
/// not leave by the own leg as well; lab/mlag.h decides when.
inline constexpr unsigned kPeerMark = 1;

}  // namespace drawbridge::lab
