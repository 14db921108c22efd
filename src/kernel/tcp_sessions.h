// The kernel's TCP connections, one by one, through NETLINK_SOCK_DIAG (linux/inet_diag.h).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "doors/probe.h"
#include "kernel/socket.h"

namespace drawbridge::kernel {

struct TcpSession {
  bool established = false;
  std::uint64_t bytes_acknowledged = 0;  ///< by the peer, since the connection began
};

class TcpSessions {
 public:
  static Result<TcpSessions> open();
  /// The connection with exactly these four ends; nullopt: there is none.
  Result<std::optional<TcpSession>> find(const doors::Session& session);
  /// All connections that are established, with IPv4 ones of IPv6 sockets as IPv4; not those of the host with itself.
  Result<std::vector<doors::Session>> established();

 private:
  explicit TcpSessions(Socket socket) : socket_(std::move(socket)) {}
  Socket socket_;
};

/// Decodes one answer (bytes behind the netlink header); nullopt if it is too short, or of another connection.
std::optional<TcpSession> decode_tcp_session(Bytes message, const doors::Session& session);
/// Its ends; nullopt if it is too short.
std::optional<doors::Session> decode_tcp_ends(Bytes message);

}  // namespace drawbridge::kernel
