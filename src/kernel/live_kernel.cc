#include "kernel/live_kernel.h"

#include <algorithm>

namespace drawbridge::kernel {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

}  // namespace

Result<LiveKernel> LiveKernel::open() {
  auto live = TRY(LiveState::open());
  return LiveKernel(std::move(live), TRY(Rtnetlink::open()));
}

Result<network::Snapshot> LiveKernel::snapshot() { return *TRY(live_.look()); }

doors::Execution LiveKernel::execute(std::span<const network::Operation> operations) {
  const bool told = std::ranges::all_of(operations, [this](const network::Operation& operation) { return is_told(operation); });
  auto execution = requests_.execute(operations);
  if (!told) live_.distrust();
  return execution;
}

/// True if the kernel's notifications will show what the operation did.
bool LiveKernel::is_told(const network::Operation& operation) const {
  const auto is_up = [this](const std::string& name) {
    const auto* link = live_.last().find_link(name);
    return link != nullptr && link->up;
  };
  return std::visit(
      Overloaded{[](const network::SetSysctl&) { return false; }, [](const network::SetEthtool&) { return false; },
                 [](const network::AddPortFdb&) { return false; }, [](const network::RemovePortFdb&) { return false; },
                 [&](const network::SetAlias& o) { return is_up(o.link); }, [&](const network::SetMac& o) { return is_up(o.link); },
                 [&](const network::SetLinkData& o) { return is_up(o.link); }, [&](const network::SetPortData& o) { return is_up(o.link); },
                 [](const auto&) { return true; }},
      operation);
}

Result<LiveKernel::Spare> LiveKernel::spare() {
  auto sockets = TRY(LiveSockets::open());
  auto requests = TRY(Rtnetlink::open());
  TRY(live_.look());
  return Spare{std::move(sockets), std::move(requests)};
}

void LiveKernel::step_over(Spare spare) {
  live_.step_over(std::move(spare.live));
  requests_ = std::move(spare.requests);
}

}  // namespace drawbridge::kernel
