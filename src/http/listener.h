// Sockets that listen. Made apart from the server: a port below 1024 and a socket in /run are opened as root, and served as
// somebody else.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace drawbridge::http {

/// An open listening socket; closed when destroyed.
class Listener {
 public:
  Listener() = default;
  Listener(int descriptor, bool is_unix) : descriptor_(descriptor), is_unix_(is_unix) {}
  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) noexcept;

  int descriptor() const { return descriptor_; }
  bool is_unix() const { return is_unix_; }
  /// The descriptor is the caller's from now on.
  int release();
  /// The port it listens on: what the system chose if 0 was asked for. 0 for a unix socket.
  std::uint16_t port() const;

 private:
  int descriptor_ = -1;
  bool is_unix_ = false;
};

struct UnixSocket {
  mode_t mode = 0600;
  std::string group = {};  ///< whose the socket is; empty: the process's own. One that does not exist: not_found
};

/// A socket left behind by a process that is gone is replaced. Errors: conflict (somebody listens there), invalid_input, denied,
/// not_found (the group), unavailable.
Result<Listener> listen_unix(const std::string& path, const UnixSocket& socket = {});

/// "192.0.2.1:8006", "[::]:8006" (IPv4 as well; IPv4 alone if the kernel has no IPv6), ":8006" (the same), "8006".
struct TcpAddress {
  std::string address;
  std::uint16_t port = 0;
  bool operator==(const TcpAddress&) const = default;
};
/// Error invalid_input.
Result<TcpAddress> parse_tcp_address(const std::string& text);
/// Errors: conflict (the port is taken), denied, not_found (the address is not this host's), unavailable.
Result<Listener> listen_tcp(const TcpAddress& address);

}  // namespace drawbridge::http
