// A container, started and stopped by Debian's LXC, which is asked how it is.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "cli/context.h"
#include "guest/guest.h"

namespace drawbridge::cli {

/// The process of the container that runs. Nothing: it does not, or was not started by us.
std::optional<pid_t> find_container(Context& context, guest::Vmid vmid);

/// Starts it and gives its process; warnings go to the console. `program`: this one, which LXC calls for each card. Errors: not_found
/// without LXC, those of lxc_config, unavailable with LXC's own words.
Result<pid_t> start_container(Context& context, const guest::Guest& guest, const std::string& program, const std::string& record);

/// Asks it to shut down and ends it after so many seconds, if it `may_cut`; 0: at once. Nothing of it stays under run/. Errors:
/// unavailable, with LXC's words; timed_out if it goes on running and may not be cut.
Result<void> stop_container(Context& context, guest::Vmid vmid, std::uint64_t seconds, bool may_cut = true);

}  // namespace drawbridge::cli
