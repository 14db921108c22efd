// What a plan does to the node's own reach, in words: addresses, gateways and bridge ports that come and go, and whether the
// session of whoever asks is among what goes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "doors/probe.h"
#include "network/plan.h"
#include "network/snapshot.h"

namespace drawbridge::cli {

struct ReachSummary {
  std::vector<std::string> gained;  ///< "address 192.0.2.7/24 on vmbr0", "gateway 192.0.2.1 on vmbr0", "port enp5s0 of vmbr0"
  std::vector<std::string> lost;
  std::optional<std::string> session;  ///< why the session is at risk
  bool empty() const { return gained.empty() && lost.empty() && !session; }
  bool operator==(const ReachSummary&) const = default;
};

ReachSummary summarise_reach(const network::Snapshot& now, const network::Plan& plan, const std::optional<doors::Session>& session);

/// Lines with "+" and "-", as of a difference, and the risk; empty if nothing changes.
std::string reach_text(const ReachSummary& summary);

}  // namespace drawbridge::cli
