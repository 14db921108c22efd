#include "process/dhcp_kernel.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace drawbridge::process {
namespace {

using network::DhcpClient;
using network::Operation;

/// What of the link's permanent IPv4 addresses, and of our own routes over it, was there and is not: to be put back.
std::vector<Operation> lost_along(const network::Snapshot& before, const network::Snapshot& after, const std::string& link) {
  std::vector<Operation> lost;
  for (const auto& address : before.addresses) {
    const auto same = [&](const network::Address& other) { return other.link == link && other.address == address.address; };
    if (address.link != link || !address.permanent || std::ranges::any_of(after.addresses, same)) continue;
    lost.emplace_back(network::AddAddress{address});
  }
  for (const auto& route : before.routes) {
    const auto over = [&](const network::Nexthop& hop) { return hop.link == link; };
    if (route.protocol != network::kOwnProtocol || !std::ranges::any_of(route.nexthops, over)) continue;
    if (std::ranges::find(after.routes, route) == after.routes.end()) lost.emplace_back(network::SetRoute{route});
  }
  return lost;
}

}  // namespace

Result<network::Snapshot> DhcpKernel::snapshot() {
  auto snapshot = TRY(kernel_.snapshot());
  snapshot.dhcp_clients = clients_.running();
  std::erase_if(snapshot.dhcp_clients, [&](const DhcpClient& client) { return !snapshot.links.contains(client.link); });
  return snapshot;
}

Result<void> DhcpKernel::stop(const DhcpClient& client) {
  const auto before = TRY(kernel_.snapshot());
  TRY_VOID(clients_.stop(client));
  const auto lost = lost_along(before, TRY(kernel_.snapshot()), client.link);
  if (lost.empty()) return {};
  auto execution = kernel_.execute(lost);
  if (execution.error) return fail(std::move(*execution.error));
  return {};
}

/// One pass over the operations: runs of kernel operations are handed on as they are, DHCP operations stand between them.
class Pass {
 public:
  Pass(doors::Kernel& kernel, const DhcpClients& clients, std::span<const Operation> operations)
      : kernel_(kernel), clients_(clients), operations_(operations), running_(clients.running()) {}

  template <class Stop>
  doors::Execution run(const Stop& stop) {
    for (at_ = 0; at_ < operations_.size(); ++at_) {
      const Operation& operation = operations_[at_];
      if (const auto* start = std::get_if<network::StartDhcp>(&operation)) {
        if (!hand_on() || !note(clients_.start(start->client))) return std::move(execution_);
        started_.push_back(start->client);
        ++begin_;
        continue;
      }
      if (const auto* end = std::get_if<network::StopDhcp>(&operation)) {
        if (!hand_on() || !note(stop(end->client))) return std::move(execution_);
        ++begin_;
        continue;
      }
      const auto* deletion = std::get_if<network::DeleteLink>(&operation);
      if (deletion != nullptr && !end_clients_of(deletion->name, stop)) return std::move(execution_);
    }
    if (hand_on()) clients_.wait_for_leases(started_);
    return std::move(execution_);
  }

 private:
  /// Sends the operations before the current one that have not been sent.
  bool hand_on() {
    if (begin_ == at_) return true;
    auto part = kernel_.execute(operations_.subspan(begin_, at_ - begin_));
    execution_.attempted += part.attempted;
    if (part.failed) execution_.failed = begin_ + *part.failed;
    execution_.error = std::move(part.error);
    begin_ = at_;
    return !execution_.failed && !execution_.error;
  }

  bool note(Result<void> outcome) {
    ++execution_.attempted;
    if (outcome) return true;
    execution_.failed = at_;
    execution_.error = std::move(outcome.error());
    return false;
  }

  template <class Stop>
  bool end_clients_of(const std::string& link, const Stop& stop) {
    for (const DhcpClient& client : running_) {
      if (client.link != link) continue;
      if (!hand_on()) return false;
      // Failing to say goodbye is no reason to keep the link.
      std::ignore = stop(client);
    }
    return true;
  }

  doors::Kernel& kernel_;
  const DhcpClients& clients_;
  std::span<const Operation> operations_;
  std::vector<DhcpClient> running_;
  std::vector<DhcpClient> started_;
  doors::Execution execution_;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;
};

doors::Execution DhcpKernel::execute(std::span<const Operation> operations) {
  return Pass(kernel_, clients_, operations).run([this](const DhcpClient& client) { return stop(client); });
}

}  // namespace drawbridge::process
