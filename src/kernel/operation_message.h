// Any netlink operation as one request.
#pragma once

#include "base/result.h"
#include "kernel/attribute_table.h"
#include "kernel/message.h"
#include "network/operation.h"

namespace drawbridge::kernel {

/// The request for an operation other than SetSysctl and RunHook (those are no netlink requests: error bug).
/// Errors: ENODEV in os_errno for a link that `index_of` does not know; unsupported, invalid_input from the attribute tables.
Result<Message> encode_operation(const network::Operation& operation, const IndexOfName& index_of);

}  // namespace drawbridge::kernel
