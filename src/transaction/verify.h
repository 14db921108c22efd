// The proof after execution: the kernel, read again, holds what the files ask for, and what answered before still answers.
#pragma once

#include <string>
#include <vector>

#include "transaction/work.h"

namespace drawbridge::transaction {

/// Kernel facts that `desired` states: each attribute, address and route is one.
std::size_t count_facts(const network::Desired& desired);

/// Reads the kernel until nothing is left to do, for at most kSettlePatience (asynchronous state: duplicate address detection,
/// a port's new state). Error unavailable: what still differs, named.
Result<void> verify(const Work& work, const network::Desired& desired, const network::Desired& previous);

/// What answered before the change, and so must answer after it.
struct Reachable {
  /// With the link behind which the change leaves each.
  std::vector<std::pair<IpAddress, std::string>> gateways;
  /// A default gateway that answered and that the request does not name any more: then some other one must answer after.
  std::optional<IpAddress> replaced;
  bool session = false;
  bool nothing() const { return gateways.empty() && !replaced && !session; }
};
Reachable probe_before(const Work& work, const Request& request, const network::Snapshot& before);

/// Error timed_out: who does not answer any more.
Result<void> probe_after(const Work& work, const Request& request, const Reachable& before);

}  // namespace drawbridge::transaction
