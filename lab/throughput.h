// How fast traffic gets where it is limited: TCP that takes all it gets, or UDP at three times the limit, counted by the receiver's
// interface.
#pragma once

#include <chrono>
#include <vector>

#include "base/result.h"
#include "lab/scenario.h"

namespace drawbridge::lab {

struct RateSeen {
  RateCheck check;
  double bytes_per_second = 0;
};

/// Within 5 % of the limit.
bool as_expected(const RateSeen& seen);

struct RateTimes {
  /// TCP works in bursts with pauses of a fifth of a second, so it is watched for long.
  std::chrono::milliseconds tcp{10000};
  std::chrono::milliseconds udp{4000};
  /// A limit lets a burst pass first: 1 MiB, and as much again for what waits in queues. How long that may take.
  std::chrono::milliseconds warm_up{10000};
};

/// Runs inside a world; one after the other, since they would disturb each other. Errors: those of opening sockets; unavailable if nothing
/// gets there at all.
Result<std::vector<RateSeen>> measure_rates(const std::vector<RateCheck>& checks, const RateTimes& times = {});

}  // namespace drawbridge::lab
