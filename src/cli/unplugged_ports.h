// Devices that somebody has unplugged by hand or by a hook, while their cards still name a bridge: LXC calls its hook before it takes the
// device away. The service must leave them alone, or they would be ports again a moment later.
#pragma once

#include <set>
#include <string>

#include "doors/files.h"
#include "network/snapshot.h"

namespace drawbridge::cli {

/// Whoever calls these holds ports_lock. Marks are files under run/: they go with the machine's next start, as devices do.
Result<void> mark_unplugged(doors::Files& files, const std::string& root, const std::string& device, std::uint32_t index);
/// It is to be wired again. No mark is no error.
Result<void> forget_unplugged(doors::Files& files, const std::string& root, const std::string& device);

/// The marked devices that are still there. A device of the same name that came later is another one: its mark is dropped.
std::set<std::string, std::less<>> unplugged_ports(doors::Files& files, const std::string& root, const network::Snapshot& now);

}  // namespace drawbridge::cli
