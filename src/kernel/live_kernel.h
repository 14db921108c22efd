// doors::Kernel over a state that follows the kernel's notifications: looking costs what has changed since the last look.
#pragma once

#include <optional>

#include "doors/kernel.h"
#include "kernel/live_state.h"
#include "kernel/rtnetlink.h"

namespace drawbridge::kernel {

/// Not thread-safe. Across fork(2) only one of the two processes may go on using what both have: see spare() and step_over().
class LiveKernel final : public doors::Kernel {
 public:
  static Result<LiveKernel> open();

  Result<network::Snapshot> snapshot() override;
  doors::Execution execute(std::span<const network::Operation> operations) override;

  /// Without a copy; valid until the next call.
  Result<const network::Snapshot*> look() { return live_.look(); }
  Result<const network::Snapshot*> glance() { return live_.glance(); }
  std::set<std::string, std::less<>> take_changes() { return live_.take_changes(); }
  Result<void> hear() { return live_.hear(); }
  int descriptor() const { return live_.descriptor(); }
  void distrust() { live_.distrust(); }
  std::uint64_t generation() const { return live_.generation(); }
  std::uint64_t dumps() const { return live_.dumps(); }

  /// Descriptors of its own for a process about to be forked, listening already, with the state looked at after they were opened:
  /// so nothing falls between the two.
  struct Spare {
    LiveSockets live;
    Rtnetlink requests;
  };
  Result<Spare> spare();
  /// In the child: goes on with `spare` where the parent looked last.
  void step_over(Spare spare);

 private:
  LiveKernel(LiveState live, Rtnetlink requests) : live_(std::move(live)), requests_(std::move(requests)) {}
  bool is_told(const network::Operation& operation) const;

  LiveState live_;
  Rtnetlink requests_;
};

}  // namespace drawbridge::kernel
