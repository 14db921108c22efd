// What passes a port with a rate limit, counted on a real kernel: a flood of frames for two seconds each way.
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "guest_node.h"

namespace drawbridge::guest::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;  // NOLINT

constexpr std::size_t kFrame = 1400;
constexpr auto kWarmUp = 1400ms;  // at twice the limit, a burst of 1 MiB is used up by then
constexpr auto kWindow = 2s;

/// Bytes that the link has received.
std::uint64_t received(const std::string& link) {
  std::ifstream file("/proc/thread-self/net/dev");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t bytes = 0;
    if (words >> name >> bytes && name == link + ":") return bytes;
  }
  ADD_FAILURE() << link << " is not there";
  return 0;
}

/// Broadcasts from `from`, faster than the limit; gives the bytes per second that `at` receives once the burst is over.
double flood(const std::string& from, const std::string& at, double send_rate) {
  const int file = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(from.c_str()));
  std::array<std::uint8_t, kFrame> frame{};
  std::fill_n(frame.begin(), 6, std::uint8_t{0xFF});
  frame[6] = 2;
  frame[12] = 0x88;
  frame[13] = 0xB5;  // for experiments
  const auto begin = Clock::now();
  std::uint64_t sent = 0;
  std::uint64_t start_bytes = 0;
  Clock::time_point start{};
  for (auto now = begin; now < begin + kWarmUp + kWindow; now = Clock::now()) {
    if (start == Clock::time_point{} && now > begin + kWarmUp) {
      start_bytes = received(at);
      start = Clock::now();
    }
    const double due = std::chrono::duration<double>(now - begin).count() * send_rate;
    for (int i = 0; i < 64 && static_cast<double>(sent) < due; ++i, sent += kFrame)
      sendto(file, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    std::this_thread::sleep_for(200us);
  }
  const auto bytes = received(at) - start_bytes;
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  close(file);
  return static_cast<double>(bytes) / seconds;
}

void expect_close(double measured, double limit) {
  std::printf("limit %.0f, measured %.0f bytes/s: %+.1f %%\n", limit, measured, (measured / limit - 1) * 100);
  EXPECT_NEAR(measured, limit, limit * 0.05);
}

class RateLab : public GuestLab, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  Nic limited() {
    auto nic = card("vmbr0");
    nic.rate = Rate{"", GetParam()};
    return nic;
  }
};

TEST_P(RateLab, WhatTheGuestReceives) {
  // Without the policer, for kernels that have none.
  if (!takes(SetRateLimit{"tap100i0", {GetParam(), 0}})) GTEST_SKIP() << "this kernel has no htb";
  must(SetMaster{"tap100i0", "vmbr0"});
  must(network::SetUp{"tap100i0", true});
  const auto rate = static_cast<double>(GetParam());
  expect_close(flood("vmbr0", "guest100", rate * 2), rate);
}

TEST_P(RateLab, WhatTheGuestSends) {
  if (!has_policers()) GTEST_SKIP() << "this kernel has no policers";
  wire(limited());
  const auto rate = static_cast<double>(GetParam());
  expect_close(flood("guest100", "vmbr0", rate * 2), rate);
}

INSTANTIATE_TEST_SUITE_P(Rates, RateLab, ::testing::Values(1'048'576, 4 * 1'048'576));

}  // namespace
}  // namespace drawbridge::guest::testing
