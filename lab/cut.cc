#include "lab/cut.h"

#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "lab/probe_sockets.h"

namespace drawbridge::lab {
namespace {

/// By ioctl: starting `ip` would take the emulated machine longer than what is measured here.
Result<void> set_up(const SwitchEnd& end, bool up) {
  const OwnedFd fd = TRY(socket_in(end.switch_name, AF_INET, SOCK_DGRAM, 0));
  ifreq request{};
  std::copy_n(end.device.c_str(), std::min(end.device.size() + 1, sizeof request.ifr_name - 1), request.ifr_name);
  const std::string what = end.switch_name + "/" + end.device;
  if (ioctl(fd.get(), SIOCGIFFLAGS, &request) != 0) return fail_errno(errno, what);
  const int flags = request.ifr_flags;
  request.ifr_flags = static_cast<short>(up ? flags | IFF_UP : flags & ~IFF_UP);
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) return fail_errno(errno, what);
  return {};
}

Result<std::uint64_t> frames_of(const SwitchEnd& end) {
  const Visit visit(end.switch_name);
  if (!visit.arrived()) return fail(Errc::not_found, "there is no namespace " + end.switch_name);
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return fail_errno(errno, "interfaces of " + end.switch_name);
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(list, freeifaddrs);
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (end.device != one->ifa_name || one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_PACKET || one->ifa_data == nullptr)
      continue;
    rtnl_link_stats stats{};
    std::memcpy(&stats, one->ifa_data, sizeof stats);
    return std::uint64_t{stats.rx_packets} + stats.tx_packets;
  }
  return fail(Errc::not_found, "there is no " + end.switch_name + "/" + end.device);
}

}  // namespace

Result<void> change_cables(const Scenario& scenario, const std::set<Cable>& before, const std::set<Cable>& after) {
  const std::set<SwitchEnd> were_down = ends_down(scenario, before), are_down = ends_down(scenario, after);
  for (const SwitchEnd& end : are_down) {
    if (!were_down.contains(end)) TRY_VOID(set_up(end, false));
  }
  for (const SwitchEnd& end : were_down) {
    if (!are_down.contains(end)) TRY_VOID(set_up(end, true));
  }
  return {};
}

Result<std::uint64_t> frames_carried(const Scenario& scenario, const Cable& cable) {
  std::uint64_t sum = 0;
  for (const SwitchEnd& end : ends_of(scenario, cable)) sum += TRY(frames_of(end));
  return sum;
}

}  // namespace drawbridge::lab
