#include "lab/probe_sockets.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "lab/world.h"

namespace drawbridge::lab {
namespace {

using Interfaces = std::unique_ptr<ifaddrs, decltype(&freeifaddrs)>;

Interfaces list_interfaces() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) list = nullptr;
  return {list, freeifaddrs};
}

std::string only_device(const Interfaces& interfaces) {
  std::set<std::string> names;
  for (const ifaddrs* one = interfaces.get(); one != nullptr; one = one->ifa_next) {
    if ((one->ifa_flags & IFF_LOOPBACK) == 0 && (one->ifa_flags & IFF_UP) != 0) names.insert(one->ifa_name);
  }
  return names.size() == 1 ? *names.begin() : "";
}

}  // namespace

Visit::Visit(const std::string& space)
    : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)), there_(home_.is_open() && enter_network(space)) {}

Visit::~Visit() {
  // Its own namespace can't refuse the caller that has just left it.
  if (there_) static_cast<void>(setns(home_.get(), CLONE_NEWNET));
}

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress made;
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), 4);
    std::memcpy(&made.storage, &v4, sizeof v4);
    made.length = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&made.storage, &v6, sizeof v6);
    made.length = sizeof v6;
  }
  return made;
}

Result<OwnedFd> socket_in(const std::string& space, int family, int type, int protocol) {
  const Visit visit(space);
  if (!visit.arrived()) return fail(Errc::not_found, "there is no namespace " + space + "; are you inside a world?");
  OwnedFd fd(socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!fd.is_open()) return fail_errno(errno, "socket in " + space);
  return fd;
}

Result<PacketSocket> arp_socket_in(const std::string& space, const std::string& device) {
  const Visit visit(space);
  if (!visit.arrived()) return fail(Errc::not_found, "there is no namespace " + space + "; are you inside a world?");
  const Interfaces interfaces = list_interfaces();
  const std::string name = device.empty() ? only_device(interfaces) : device;
  const unsigned index = if_nametoindex(name.c_str());
  if (index == 0)
    return fail(Errc::not_found,
                name.empty() ? space + " has not exactly one interface that is up; say \"via\"" : "no interface " + name + " in " + space);
  PacketSocket made{OwnedFd(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(0x0806))), {}, {}};
  sockaddr_ll where{};
  where.sll_family = AF_PACKET;
  where.sll_protocol = htons(0x0806);
  where.sll_ifindex = static_cast<int>(index);
  if (!made.fd.is_open() || bind(made.fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
    return fail_errno(errno, "packet socket");
  for (const ifaddrs* one = interfaces.get(); one != nullptr; one = one->ifa_next) {
    if (name != one->ifa_name || one->ifa_addr == nullptr) continue;
    if (one->ifa_addr->sa_family == AF_PACKET) {
      std::memcpy(made.mac.bytes.data(), reinterpret_cast<const sockaddr_ll*>(one->ifa_addr)->sll_addr, 6);
    } else if (one->ifa_addr->sa_family == AF_INET && made.address.is_unspecified()) {
      std::memcpy(made.address.bytes.data(), &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, 4);
    }
  }
  return made;
}

}  // namespace drawbridge::lab
