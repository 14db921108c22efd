// The destinations of VXLANs, read from the kernel's forwarding databases.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/socket.h"
#include "network/snapshot.h"

namespace drawbridge::kernel {

/// Those of the VXLANs among `links`, in the kernel's order. False: they changed while they were read.
/// Errors: those of the socket.
Result<bool> read_fdb(Socket& socket, const std::map<std::string, network::Link, std::less<>>& links,
                      std::vector<network::FdbEntry>& entries);

/// Those of one VXLAN.
Result<bool> read_fdb_of(Socket& socket, const network::Link& link, std::vector<network::FdbEntry>& entries);

}  // namespace drawbridge::kernel
