// Which right each setting of a guest takes, as Proxmox VE demands it: VM.Config.Network for cards and SDN.Use on their bridges,
// VM.Config.CPU for cores, root@pam for what reaches into the host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/step.h"
#include "guest/nic.h"

namespace drawbridge::api {

/// What the parameters of a change need. `now`: the guest as `guest show --current` prints it; null of a new guest.
std::vector<Need> guest_needs(guest::Kind kind, const Parameters& parameters, const boost::json::value& now);

/// A parameter that is a setting, and not about the call itself ("node", "delete", "digest"…).
bool is_setting(std::string_view parameter);

/// "VM.Audit" on the guest that the item's "vmid" names.
std::optional<Need> need_to_see_guest(const boost::json::value& item);

}  // namespace drawbridge::api
