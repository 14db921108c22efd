// The kernel together with the DHCP clients of its links, behind the one door: to a plan a client is a fact like an address.
#pragma once

#include "doors/kernel.h"
#include "process/dhcp_clients.h"

namespace drawbridge::process {

/// Adds the running clients to each snapshot, carries out StartDhcp and StopDhcp, and hands everything else on in order.
///
/// Starting waits a moment for first leases (DhcpOptions::lease_patience, once for all of a batch), so that what follows a
/// boot's `ifup` finds addresses; no lease is no error. Stopping takes the lease's addresses away and nothing else: what
/// dhclient-script(8) flushes along with them is put back. A link that is deleted takes its clients along, leases released.
class DhcpKernel final : public doors::Kernel {
 public:
  /// `kernel` must outlive it.
  explicit DhcpKernel(doors::Kernel& kernel, DhcpOptions options = {}) : kernel_(kernel), clients_(std::move(options)) {}

  Result<network::Snapshot> snapshot() override;
  doors::Execution execute(std::span<const network::Operation> operations) override;
  const DhcpClients& clients() const { return clients_; }

 private:
  Result<void> stop(const network::DhcpClient& client);

  doors::Kernel& kernel_;
  DhcpClients clients_;
};

}  // namespace drawbridge::process
