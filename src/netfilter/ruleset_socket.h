// The kernel's nf_tables by one long-lived netlink socket. Only the tables of the ruleset's own name are ever touched.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "netfilter/ruleset_batch.h"
#include "nftables/ruleset.h"

struct mnl_socket;

namespace drawbridge::netfilter {

class RulesetSocket {
 public:
  /// In the network namespace of the calling thread.
  static Result<RulesetSocket> open();

  /// Puts the ruleset in the place of what its tables hold, at once or not at all. A refusal names the object, and the rule's own
  /// file and line. With a generation: a conflict if anybody has changed any ruleset since.
  Result<void> replace(const nftables::Ruleset& ruleset, std::optional<std::uint32_t> generation = std::nullopt);
  /// Takes the tables away.
  Result<void> remove(const nftables::Ruleset& ruleset);
  /// Counts the kernel's transactions, anybody's.
  Result<std::uint32_t> generation();

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit RulesetSocket(mnl_socket* socket);
  Result<void> commit(RulesetBatch& batch);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace drawbridge::netfilter
