// The kernel, as floors 4 and up see it. Real: kernel/. Fake: doors/fake_kernel.h. Both run doors/kernel_contract.h.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.h"
#include "network/operation.h"
#include "network/snapshot.h"

namespace drawbridge::doors {

/// How far a batch came.
struct Execution {
  std::size_t attempted = 0;          ///< operations sent; all, unless the socket itself failed
  std::optional<std::size_t> failed;  ///< index of the first operation that the kernel refused
  std::optional<Error> error;         ///< its error, with the kernel's extended-ack text
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  /// One consistent dump: repeated if the kernel reports that it changed under way (NLM_F_DUMP_INTR).
  virtual Result<network::Snapshot> snapshot() = 0;
  /// Runs the operations in order, pipelined. RunHook is not allowed here. After a refusal later operations may still have
  /// run: the caller compares by snapshot.
  virtual Execution execute(std::span<const network::Operation> operations) = 0;
};

}  // namespace drawbridge::doors
