// Questions about reach that only packets can answer, as floors 4 and up see them.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/address.h"
#include "base/result.h"

namespace drawbridge::doors {

/// The network session of the person who asks: the TCP connection of SSH_CONNECTION.
struct Session {
  IpAddress peer;
  std::uint16_t peer_port = 0;
  IpAddress local;
  std::uint16_t local_port = 0;
  bool operator==(const Session&) const = default;
};

class Probe {
 public:
  virtual ~Probe() = default;
  /// True if `address` answers (neighbour resolution over `link`, else ICMP echo) within `patience`.
  virtual Result<bool> answers(const IpAddress& address, const std::string& link, std::chrono::milliseconds patience) = 0;
  /// True if the session's connection is established and its peer acknowledged data after the call began, within `patience`.
  /// `provoke` is called once, after the count of what had been acknowledged before was taken: it sends something over the session
  /// (a line of output), since a silent one proves nothing and a line sent earlier may have been acknowledged already.
  virtual Result<bool> session_alive(const Session& session, std::chrono::milliseconds patience, const std::function<void()>& provoke) = 0;
};

}  // namespace drawbridge::doors
