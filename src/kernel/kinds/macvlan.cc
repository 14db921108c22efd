// MAC-based VLANs: IFLA_MACVLAN_* of linux/if_link.h.
#include <linux/if_link.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr Word kModes[] = {{MACVLAN_MODE_PRIVATE, "private"},
                           {MACVLAN_MODE_VEPA, "vepa"},
                           {MACVLAN_MODE_BRIDGE, "bridge"},
                           {MACVLAN_MODE_PASSTHRU, "passthru"},
                           {MACVLAN_MODE_SOURCE, "source"}};

constexpr AttributeRow kMacvlanData[] = {{"mode", IFLA_MACVLAN_MODE, Shape::word32, Access::read_write, kModes}};

}  // namespace

const LinkKind kMacvlan{"macvlan", kMacvlanData, {}};

}  // namespace drawbridge::kernel
