// What a plan does to the node's own reach, and to the session of whoever asks: network/risk in the words of the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "doors/probe.h"
#include "network/plan.h"

namespace drawbridge::cli {

struct Reach {
  std::vector<std::string> changes;  ///< addresses and gateways that come, go or move, a line each
  Diagnostics risks;                 ///< warnings: the asking session, guests
};

Reach reach_of(const network::Snapshot& now, const network::Plan& plan, const std::optional<doors::Session>& session);

/// A paragraph; empty if nothing changes.
std::string reach_text(const Reach& reach);

}  // namespace drawbridge::cli
