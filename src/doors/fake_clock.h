// A clock that tests move by hand. Sleeping moves it, so nothing in a test waits.
#pragma once

#include <functional>
#include <utility>

#include "doors/clock.h"

namespace drawbridge::doors {

class FakeClock final : public Clock {
 public:
  std::chrono::nanoseconds boot_time() override { return now_; }
  std::string boot_id() override { return "boot-" + std::to_string(boot_); }
  std::chrono::system_clock::time_point wall_time() override {
    // 2026-11-24 00:00:00 UTC when the first boot begins.
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'795'478'400)) +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(now_);
  }
  void sleep(std::chrono::nanoseconds length) override { advance(length); }

  void advance(std::chrono::nanoseconds length) { now_ += length; }
  /// The boot-time clock starts anew, under another boot id.
  void reboot() {
    ++boot_;
    now_ = std::chrono::seconds(5);
  }

 private:
  std::chrono::nanoseconds now_ = std::chrono::seconds(1000);
  int boot_ = 1;
};

}  // namespace drawbridge::doors
