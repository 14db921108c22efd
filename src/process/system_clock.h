// The machine's clocks.
#pragma once

#include "doors/clock.h"

namespace drawbridge::process {

class SystemClock final : public doors::Clock {
 public:
  std::chrono::nanoseconds boot_time() override;
  /// Empty if /proc is not there: then every boot looks alike.
  std::string boot_id() override;
  std::chrono::system_clock::time_point wall_time() override;
  void sleep(std::chrono::nanoseconds length) override;
};

}  // namespace drawbridge::process
