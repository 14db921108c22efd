// How hypervisors call their hooks about a guest's devices: LXC's lxc.net.N.script.up and script.down (lxc.container.conf(5)),
// and libvirt's /etc/libvirt/hooks/qemu and lxc. What such a call asks of which card is hook_steps.h.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guest/nic.h"

namespace drawbridge::guest {

enum class PortAction : std::uint8_t { plug, unplug };

struct LxcCall {
  PortAction action = PortAction::plug;
  std::string container;  ///< as LXC calls it
  std::string device;     ///< the host's end of the veth
};

using Environment = std::map<std::string, std::string, std::less<>>;

/// LXC tells in words (lxc.hook.version 0: container, "net", "up" or "down", "veth", the bridge if one is named, the device) or in
/// the environment (version 1: LXC_NAME, LXC_HOOK_SECTION, LXC_HOOK_TYPE, LXC_NET_TYPE, LXC_NET_PEER). `expected` is what the name
/// says that it calls.
/// Errors: invalid_input if it is no such call, or one for the other direction; unsupported if the type is not veth.
Result<LxcCall> read_lxc_call(PortAction expected, const std::vector<std::string>& words, const Environment& environment);

/// The MAC address (lxc.net.N.hwaddr) that the container's configuration gives to the card whose lxc.net.N.veth.pair is `device`;
/// of a device that it does not name, that of its only card without a name. nullopt: it can't be told. Included files are not
/// looked into.
std::optional<MacAddress> lxc_card_mac(std::string_view configuration, std::string_view device);

/// What libvirt is about to do with a domain.
struct LibvirtCall {
  std::string domain;
  /// Nothing: at this moment there is nothing to do.
  std::optional<PortAction> action;
  /// "start": devices that are not there or not named yet are so at "started", before which no hypervisor has to have them.
  bool too_early = false;
  /// "reconnect": libvirt kills the domain, which runs, if its hook fails.
  bool must_succeed = false;
};

/// The words are domain, operation, sub-operation, extra. Operations that are not known ask for nothing: libvirt may get new ones.
/// Unplugs at "stopped"; at "release" the device's name may be another domain's already.
/// Errors: invalid_input if there are fewer than three words.
Result<LibvirtCall> read_libvirt_call(const std::vector<std::string>& words);

}  // namespace drawbridge::guest
