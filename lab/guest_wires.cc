#include "lab/guest_wires.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "lab/probe_sockets.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

/// The most frames that are carried one way before somebody else's turn.
constexpr int kTurn = 64;

struct Queue {
  OwnedFd node, guest;
  bool plugged = true;
};

ifreq request_for(const std::string& name) {
  ifreq request{};
  std::copy_n(name.c_str(), std::min(name.size() + 1, sizeof request.ifr_name - 1), request.ifr_name);
  return request;
}

/// One queue of a tap in the network that the caller is in.
Result<OwnedFd> open_tap(const std::string& name, bool several) {
  OwnedFd fd(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno(errno, "/dev/net/tun");
  ifreq request = request_for(name);
  request.ifr_flags = static_cast<short>(IFF_TAP | IFF_NO_PI | (several ? IFF_MULTI_QUEUE : 0));
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0) return fail_errno(errno, "make " + name);
  return fd;
}

Result<void> set_mac(const std::string& name, const MacAddress& mac) {
  const OwnedFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = request_for(name);
  request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  std::memcpy(request.ifr_hwaddr.sa_data, mac.bytes.data(), mac.bytes.size());
  if (ioctl(fd.get(), SIOCSIFHWADDR, &request) != 0) return fail_errno(errno, "MAC of " + name);
  return {};
}

/// The card in the guest's namespace: all queues, MAC, carrier.
Result<void> make_card(const Guest& guest, const GuestPort& port, std::vector<Queue>& queues) {
  const Visit visit(guest.name);
  if (!visit.arrived()) return fail(Errc::not_found, "there is no namespace " + guest.name);
  const std::string name = "eth" + std::to_string(port.index);
  for (Queue& queue : queues) queue.guest = TRY(open_tap(name, queues.size() > 1));
  TRY_VOID(set_mac(name, *port.card->mac));
  int carrier = 0;
  if (port.card->is_link_down() && ioctl(queues.front().guest.get(), TUNSETCARRIER, &carrier) != 0)
    return fail_errno(errno, "unplug " + name);
  return {};
}

Result<void> make_wire(const Guest& guest, const GuestPort& port, std::vector<Queue>& all) {
  std::vector<Queue> queues(port.card->queue_count());
  TRY_VOID(make_card(guest, port, queues));
  const std::string name = node_end(guest, port);
  for (Queue& queue : queues) queue.node = TRY(open_tap(name, queues.size() > 1));
  for (Queue& queue : queues) queue.plugged = !port.card->is_link_down();
  std::move(queues.begin(), queues.end(), std::back_inserter(all));
  return {};
}

Result<std::vector<Queue>> make_wires(const Scenario& scenario) {
  std::vector<Queue> all;
  for (const Guest& guest : scenario.guests) {
    for (const GuestPort& port : guest.ports) {
      if (port.card && port.card->kind == guest::Kind::qemu) TRY_VOID(make_wire(guest, port, all));
    }
  }
  return all;
}

/// A frame that can't be delivered is lost, as on any wire. `to` -1: all of them.
void carry(int from, int to) {
  static std::array<char, 70000> frame;
  for (int i = 0; i < kTurn; ++i) {
    const ssize_t size = read(from, frame.data(), frame.size());
    if (size <= 0) return;
    if (to >= 0) static_cast<void>(!write(to, frame.data(), static_cast<std::size_t>(size)));
  }
}

[[noreturn]] void carry_frames(const std::vector<Queue>& queues) {
  std::vector<pollfd> polled;
  for (const Queue& queue : queues) {
    polled.push_back({queue.node.get(), POLLIN, 0});
    polled.push_back({queue.guest.get(), POLLIN, 0});
  }
  while (true) {
    poll(polled.data(), polled.size(), -1);
    for (std::size_t i = 0; i < polled.size(); ++i) {
      // Its device was deleted under our feet.
      if ((polled[i].revents & POLLERR) != 0) polled[i].fd = -1;
      if (polled[i].revents != 0) carry(polled[i].fd, queues[i / 2].plugged ? polled[i ^ 1U].fd : -1);
    }
  }
}

[[noreturn]] void become_wires(const Scenario& scenario, OwnedFd tell) {
  setsid();
  const auto queues = make_wires(scenario);
  const std::string text = queues ? "ready" : queues.error().what;
  if (write(tell.get(), text.data(), text.size()) < 0 || !queues) _exit(1);
  tell.reset();
  const OwnedFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {0, 1, 2}) dup2(nothing.get(), stream);
  carry_frames(*queues);
}

}  // namespace

Result<void> start_guest_wires(const Scenario& scenario) {
  const auto is_vms = [](const GuestPort& port) { return port.card && port.card->kind == guest::Kind::qemu; };
  const auto has_vms = [&](const Guest& guest) { return std::any_of(guest.ports.begin(), guest.ports.end(), is_vms); };
  if (std::none_of(scenario.guests.begin(), scenario.guests.end(), has_vms)) return {};
  FdPair told = TRY(make_pipe());
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) {
    told.first.reset();
    become_wires(scenario, std::move(told.second));
  }
  told.second.reset();
  std::string text;
  while (read_some(told.first.get(), text)) {
  }
  if (text != "ready") return fail(Errc::unavailable, "the guests' cards could not be made: " + text);
  return {};
}

}  // namespace drawbridge::lab
