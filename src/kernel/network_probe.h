// The real network behind doors::Probe: packets on a link, and the kernel's knowledge of TCP connections.
#pragma once

#include <optional>
#include <string_view>

#include "doors/probe.h"

namespace drawbridge::kernel {

class NetworkProbe final : public doors::Probe {
 public:
  /// Asks on `link` itself, so that an answer by another way does not count: IPv4 by ARP and ICMP echo, IPv6 by neighbour
  /// solicitation and ICMPv6 echo, again and again until one is answered or `patience` is over. Links without Ethernet addresses
  /// are asked by echo only.
  /// Errors: not_found (no such link), denied (no CAP_NET_RAW).
  Result<bool> answers(const IpAddress& address, const std::string& link, std::chrono::milliseconds patience) override;

  /// Looks at the connection's count of acknowledged bytes (tcpi_bytes_acked) until it grows: then the peer has got something that
  /// was on its way when the call began or was sent since, and its answer came back. A session over which nothing is sent proves
  /// nothing and gives false when `patience` is over. A connection that does not exist, or is no longer established, gives false
  /// at once, without calling `provoke`.
  /// Errors: unsupported (kernel without inet_diag).
  Result<bool> session_alive(const doors::Session& session, std::chrono::milliseconds patience,
                             const std::function<void()>& provoke) override;
};

/// Parses the value of SSH_CONNECTION: "peer port local port". A zone ("fe80::1%eth0") is dropped.
std::optional<doors::Session> session_from_environment(std::string_view ssh_connection);

}  // namespace drawbridge::kernel
