// Who is here from afar: processes that carry SSH_CONNECTION, which sshd gives those it has let in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "doors/probe.h"

namespace drawbridge::kernel {

struct RemoteLogin {
  doors::Session session;
  bool is_root = false;                ///< one of its processes is root's, by login or by sudo
  std::vector<std::string> terminals;  ///< "/dev/pts/3", sorted
  bool operator==(const RemoteLogin&) const = default;
};

/// What is known of a process.
struct ProcessFacts {
  int parent = 0;
  unsigned user = 0;     ///< real user id: that of a shell under sudo is root's, that of a set-uid program is its caller's
  std::string session;   ///< value of SSH_CONNECTION; empty: none
  std::string terminal;  ///< of its standard input
};
/// By process id; pure.
std::vector<RemoteLogin> logins_of(const std::map<int, ProcessFacts>& processes);

/// Those of now, from /proc. The connections may have ended: processes outlive them. What can't be read is passed over.
std::vector<RemoteLogin> remote_logins();

}  // namespace drawbridge::kernel
