// From the parameters of the guests' methods to the words of `drawbridge guest …`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/step.h"
#include "guest/nic.h"

namespace drawbridge::api {

/// `guest create VMID KEY=VALUE…`; with `start`, a second command starts it.
std::vector<Words> create_words(guest::Kind kind, const Parameters& parameters);
/// `guest set VMID KEY=VALUE… --delete=… --revert=… --digest=…`.
Words set_words(guest::Kind kind, const Parameters& parameters);
/// `guest delete VMID`; a container that runs is stopped before, if `force` says so.
std::vector<Words> delete_words(guest::Kind kind, const Parameters& parameters);

Words show_words(guest::Kind kind, const Parameters& parameters, std::string_view option = {});
/// `guest VERB VMID` for verbs that need no more.
Words guest_words(std::string_view verb, guest::Kind kind, const Parameters& parameters);
/// Asks the guest to shut down. `forceStop`: cut its power if it doesn't within `timeout`; else it runs on and the command fails.
Words shutdown_words(guest::Kind kind, const Parameters& parameters);

}  // namespace drawbridge::api
