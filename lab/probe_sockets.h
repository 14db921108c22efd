// Sockets in other network namespaces. A socket stays in the namespace it was made in, so one thread can hold all of them.
#pragma once

#include <sys/socket.h>

#include <string>

#include "base/address.h"
#include "base/result.h"
#include "lab/owned_fd.h"

namespace drawbridge::lab {

/// In another network namespace, as long as this lives.
class Visit {
 public:
  explicit Visit(const std::string& space);
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  bool arrived() const { return there_; }

 private:
  OwnedFd home_;
  bool there_;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port);

/// A non-blocking socket made in the network namespace `space`; the caller is back in its own afterwards.
Result<OwnedFd> socket_in(const std::string& space, int family, int type, int protocol);

/// A packet socket on one interface of `space`, and what ARP needs to know about the interface.
struct PacketSocket {
  OwnedFd fd;
  MacAddress mac;
  IpAddress address;  ///< its first IPv4 address; 0.0.0.0 if it has none
};
/// `device` empty: the only interface besides lo. Error not_found if there is none, or more than one.
Result<PacketSocket> arp_socket_in(const std::string& space, const std::string& device);

}  // namespace drawbridge::lab
