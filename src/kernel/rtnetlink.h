// The real kernel behind doors::Kernel: rtnetlink over one long-lived socket, and /proc/sys for per-device settings.
#pragma once

#include "base/result.h"
#include "doors/kernel.h"
#include "kernel/socket.h"

namespace drawbridge::kernel {

/// Not thread-safe: one owner, one thread.
class Rtnetlink final : public doors::Kernel {
 public:
  /// Opens the socket in the network namespace of the calling thread; everything later goes there, except per-device settings,
  /// which follow the namespace of the process (its /proc/sys).
  /// Errors: denied, unavailable.
  static Result<Rtnetlink> open();

  Result<network::Snapshot> snapshot() override;

  /// Requests travel in batches of up to 64 KiB; after a batch with a refusal no further one is sent, so at most the rest of
  /// that batch has run behind the refused operation.
  doors::Execution execute(std::span<const network::Operation> operations) override;

 private:
  explicit Rtnetlink(Socket socket) : socket_(std::move(socket)) {}
  Socket socket_;
};

}  // namespace drawbridge::kernel
