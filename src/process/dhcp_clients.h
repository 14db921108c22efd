// DHCP clients of links: ISC dhclient, started, watched by pid file, released and ended. One process per link and family, with
// the pid and lease files that Debian's ifupdown and ifupdown2 use: who takes a link over from the other finds client and lease.
//
// Sources: dhclient(8), dhclient-script(8), /etc/apparmor.d/sbin.dhclient (it permits no other places for these files), proc(5).
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "network/snapshot.h"

namespace drawbridge::process {

/// Where things are, `--root` included, and how long is waited.
struct DhcpOptions {
  std::string program = {};                          ///< dhclient; empty: looked for in /sbin and /usr/sbin
  std::string run = "/run";                          ///< holds dhclient.LINK.pid and dhclient6.LINK.pid
  std::string leases = "/var/lib/dhcp";              ///< holds dhclient.LINK.leases and dhclient6.LINK.leases
  std::chrono::milliseconds lease_patience{10'000};  ///< for first leases; then the clients go on in the background
  std::chrono::milliseconds stop_patience{5'000};    ///< for a release, which needs no answer
};

class DhcpClients {
 public:
  explicit DhcpClients(DhcpOptions options = {}) : options_(std::move(options)) {}

  /// Clients whose process lives, in this network namespace and on the link of today: one that was started for an earlier link of
  /// the same name is none. Sorted. Whoever started them: see above.
  std::vector<network::DhcpClient> running() const;
  /// Starts a client unless one runs, and returns once its process is there; it then works on by itself, whatever becomes of us.
  /// IPv6: a process waits for the link-local address that dhclient insists on, and becomes dhclient.
  /// Errors: not_found (dhclient is not installed; the hint names the package), unavailable (it ended at once).
  Result<void> start(const network::DhcpClient& client) const;
  /// Waits until each of them has put the address of its lease on the link, all together no longer than `lease_patience`. A
  /// client that has ended or gets no answer is not waited for longer than that; it is no error.
  void wait_for_leases(std::span<const network::DhcpClient> clients) const;
  /// Releases the lease, which takes its address off the link, and ends the process; if none runs, nothing.
  /// Errors: unavailable (the process can't be ended).
  Result<void> stop(const network::DhcpClient& client) const;
  /// The program, or the error that names its package.
  Result<std::string> program() const;

 private:
  std::string pid_file(const network::DhcpClient& client) const;
  std::string lease_file(const network::DhcpClient& client) const;
  std::vector<std::string> words_for(const std::string& program, const network::DhcpClient& client) const;
  bool has_lease(const network::DhcpClient& client) const;

  DhcpOptions options_;
};

/// The address of the last lease in a lease file; empty if there is none. Pure.
std::string last_leased_address(std::string_view leases, Family family);

}  // namespace drawbridge::process
