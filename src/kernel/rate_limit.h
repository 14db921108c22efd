// Rate limits of links as traffic control knows them, the same objects that administrators know from `tc` on Proxmox VE: what leaves
// waits in a queue (root qdisc htb `1:`, class `1:1`), what comes in too fast is dropped (ingress qdisc `ffff:`, filter of priority 50).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "kernel/attribute_table.h"
#include "kernel/message.h"
#include "network/operation.h"

namespace drawbridge::kernel {

/// One request of several that an operation takes.
struct RateRequest {
  Message message;
  std::span<const int> no_errors;  ///< errno values that mean that there is nothing to do
};

/// The requests that give the link these limits and no others, whatever it had: a queue that is there changes its speed in place, so
/// nothing that waits in it is lost. Errors: ENODEV; invalid_input for a rate that tc can't hold a burst of (below 4 kB/s).
Result<std::vector<RateRequest>> encode_rate_limit(const network::SetRateLimit& operation, std::uint32_t index);

/// True for queueing disciplines below which a limit may stand: only those links are asked for the rest.
bool holds_egress_limit(const network::Qdisc& qdisc);
bool holds_ingress_limit(const network::Qdisc& qdisc);

Message make_class_dump(std::uint32_t index);
/// Bytes per second of class `1:1`; nullopt: another class.
std::optional<std::uint64_t> decode_class_rate(Bytes message);
Message make_ingress_filter_dump(std::uint32_t index);
/// Bytes per second of the policer of the filter of priority 50; nullopt: another filter.
std::optional<std::uint64_t> decode_policer_rate(Bytes message);

}  // namespace drawbridge::kernel
