// The process of a DHCP client: recognised, started detached, ended. Private to dhcp_clients.cc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "network/snapshot.h"

namespace drawbridge::process {

/// A whole small file, or empty.
std::string read_small_file(const std::string& path);
/// The process that a pid file names; 0 if it names none.
pid_t pid_in(const std::string& pid_file);
/// True if `pid` lives (is no zombie), is a dhclient for this link and family, and is in our network namespace.
bool is_client(pid_t pid, const network::DhcpClient& client);
/// True if the client was started for a link of this name that has been deleted or made anew since.
bool is_outdated(pid_t pid, const network::DhcpClient& client);
/// True if the process has not become dhclient yet.
bool is_waiting(pid_t pid);

/// Starts `words` as a process of nobody (own session, adopted by init, no descriptor of ours), which leaves its pid in
/// `pid_file`. For IPv6 it waits for a usable link-local address before it becomes the program; if the link goes, it ends.
/// Errors: those of fork(2), pipe(2) and, where the wait is not needed, execve(2).
Result<void> start_detached(const std::vector<std::string>& words, const network::DhcpClient& client, const std::string& pid_file);
/// Runs a program to its end, silently; killed after `patience`. True if it ended by itself.
bool run_bounded(const std::vector<std::string>& words, std::chrono::milliseconds patience);
/// Ends a process that is not ours to reap: SIGTERM, then SIGKILL. True if it is gone.
bool end_process(pid_t pid, const network::DhcpClient& client);

}  // namespace drawbridge::process
