// VLAN devices: IFLA_VLAN_* of linux/if_link.h, flags of linux/if_vlan.h.
#include <linux/if_ether.h>
#include <linux/if_link.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr Word kProtocols[] = {{ETH_P_8021Q, "802.1Q"}, {ETH_P_8021AD, "802.1ad"}};

constexpr AttributeRow kVlanData[] = {
    {"id", IFLA_VLAN_ID, Shape::u16},
    {"protocol", IFLA_VLAN_PROTOCOL, Shape::word16be, Access::read_write, kProtocols},
    {"reorder_hdr", IFLA_VLAN_FLAGS, Shape::bit_or_absent, Access::read_write, {}, 0},
    {"gvrp", IFLA_VLAN_FLAGS, Shape::bit_or_absent, Access::read_write, {}, 1},
    {"loose_binding", IFLA_VLAN_FLAGS, Shape::bit_or_absent, Access::read_write, {}, 2},
    {"mvrp", IFLA_VLAN_FLAGS, Shape::bit_or_absent, Access::read_write, {}, 3},
    {"bridge_binding", IFLA_VLAN_FLAGS, Shape::bit_or_absent, Access::read_write, {}, 4},
};

}  // namespace

const LinkKind kVlan{"vlan", kVlanData, {}};

}  // namespace drawbridge::kernel
