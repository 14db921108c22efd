// The first process inside the lab's machine: runs what comes over the channel.
#pragma once

namespace drawbridge::lab {

/// Serves the virtio-serial port "drawbridge.lab" until it closes; then the machine ends. Gives an exit status.
int run_agent();

}  // namespace drawbridge::lab
