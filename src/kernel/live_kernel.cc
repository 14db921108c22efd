#include "kernel/live_kernel.h"

#include <algorithm>

namespace drawbridge::kernel {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

/// After more operations than these a dump is cheaper than asking for each link.
constexpr std::size_t kMostQuestions = 64;

/// The link whose own attributes the operation changes; empty: none, or the kernel's notification is a new link.
std::string changed_link(const network::Operation& operation) {
  return std::visit(Overloaded{[](const network::SetUp& o) { return o.link; }, [](const network::SetMtu& o) { return o.link; },
                               [](const network::SetMac& o) { return o.link; }, [](const network::SetAlias& o) { return o.link; },
                               [](const network::SetMaster& o) { return o.link; }, [](const network::SetLinkData& o) { return o.link; },
                               [](const network::SetPortData& o) { return o.link; }, [](const network::SetSysctl& o) { return o.link; },
                               [](const network::SetEthtool& o) { return o.link; }, [](const auto&) { return std::string(); }},
                    operation);
}

}  // namespace

Result<LiveKernel> LiveKernel::open() {
  auto live = TRY(LiveState::open());
  return LiveKernel(std::move(live), TRY(Rtnetlink::open()));
}

Result<network::Snapshot> LiveKernel::snapshot() { return *TRY(live_.look()); }

doors::Execution LiveKernel::execute(std::span<const network::Operation> operations) {
  const bool told = operations.size() <= kMostQuestions && std::ranges::all_of(operations, [this](const auto& o) { return is_told(o); });
  auto execution = requests_.execute(operations);
  if (!told || execution.error || execution.failed) {
    live_.distrust();
    return execution;
  }
  // The proof afterwards shall rest on an answer of the kernel's, not only on what it notified.
  for (const auto& operation : operations)
    if (const auto link = changed_link(operation); !link.empty()) live_.ask_again(link);
  return execution;
}

/// True if notifications, and the kernel's answer about the changed link itself, show everything that the operation did.
bool LiveKernel::is_told(const network::Operation& operation) const {
  const auto find = [this](const std::string& name) { return live_.last().find_link(name); };
  return std::visit(Overloaded{[&](const network::SetMac& o) {
                                 // Links above one that is down take the new address over without a word.
                                 const auto* link = find(o.link);
                                 return link != nullptr && link->up;
                               },
                               // So do ports of a bond.
                               [&](const network::SetLinkData& o) { return o.kind != "bond"; },
                               // Of an IPv6 address that is still looked for on the wire, another lifetime is told to nobody.
                               [&](const network::AddAddress& o) {
                                 const auto same = [&](const network::Address& present) {
                                   return present.link == o.address.link && present.address.address == o.address.address.address;
                                 };
                                 return o.address.address.address.is_v4() || std::ranges::none_of(live_.last().addresses, same);
                               },
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
