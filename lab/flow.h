// Traffic that flows while cables are cut and mended: how much of it is lost, and for how long. UDP, from many ports, so that a bond
// spreads it over all of its links.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

/// One packet that was sent: when, counted from any fixed moment, and whether its answer came.
struct SentProbe {
  std::chrono::milliseconds when{0};
  bool answered = false;
};

struct FlowSeen {
  Flow flow;
  std::size_t sent = 0, lost = 0;
  std::chrono::milliseconds outage{0};
  bool steady = false;  ///< it flowed without loss before the change
};

/// From the first lost probe to the one after the last lost; zero if none was lost. Probes are in the order they were sent;
/// `between` stands for the one that comes next.
std::chrono::milliseconds outage_of(const std::vector<SentProbe>& probes, std::chrono::milliseconds between);

struct FlowTimes {
  std::chrono::milliseconds between{20};    ///< two probes of a flow
  std::chrono::milliseconds settle{20000};  ///< how long a flow may take to become steady
  std::chrono::milliseconds before{1000};   ///< how long it is watched before the change
  std::chrono::milliseconds linger{1000};   ///< how long answers may take at the end
};

/// Runs inside a world. Starts the flows, waits until they are steady, calls `steady`, lets them flow for a while, calls `change`, and
/// watches them for `watched`. Errors: those of opening sockets, and those of `steady` and `change`.
Result<std::vector<FlowSeen>> run_flows(const std::vector<Flow>& flows, std::chrono::milliseconds watched,
                                        const std::function<Result<void>()>& steady, const std::function<Result<void>()>& change,
                                        const FlowTimes& times = {});

/// True if it flowed before the change and no longer was lost than is allowed.
bool as_expected(const FlowSeen& seen);

}  // namespace drawbridge::lab
