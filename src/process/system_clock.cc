#include "process/system_clock.h"

#include <ctime>
#include <fstream>
#include <thread>

namespace drawbridge::process {

std::chrono::nanoseconds SystemClock::boot_time() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::string SystemClock::boot_id() {
  std::ifstream stream("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(stream, id);
  return id;
}

std::chrono::system_clock::time_point SystemClock::wall_time() { return std::chrono::system_clock::now(); }

void SystemClock::sleep(std::chrono::nanoseconds length) { std::this_thread::sleep_for(length); }

}  // namespace drawbridge::process
