// Time, as floors 4 and up see it.
#pragma once

#include <chrono>
#include <string>

namespace drawbridge::doors {

class Clock {
 public:
  virtual ~Clock() = default;
  /// CLOCK_BOOTTIME: goes on during suspend, starts anew at each boot.
  virtual std::chrono::nanoseconds boot_time() = 0;
  /// /proc/sys/kernel/random/boot_id: a deadline of another boot has passed.
  virtual std::string boot_id() = 0;
  /// Wall clock, for people only.
  virtual std::chrono::system_clock::time_point wall_time() = 0;
  /// Blocks for `length`; for short pauses between two looks at the kernel.
  virtual void sleep(std::chrono::nanoseconds length) = 0;
};

}  // namespace drawbridge::doors
