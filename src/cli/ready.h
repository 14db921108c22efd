// A service that is ready tells the system's manager (sd_notify(3)).
#pragma once

namespace drawbridge::cli {

/// "READY=1" to $NOTIFY_SOCKET; nothing, if nobody waits for it.
void notify_ready();

}  // namespace drawbridge::cli
