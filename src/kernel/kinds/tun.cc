// tun and tap devices, the ports of virtual machines: IFLA_TUN_* of linux/if_link.h. Made through /dev/net/tun, never by netlink.
#include <linux/if_link.h>
#include <linux/if_tun.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr Word kTypes[] = {{IFF_TUN, "tun"}, {IFF_TAP, "tap"}};

constexpr AttributeRow kTunData[] = {
    {"type", IFLA_TUN_TYPE, Shape::word8, Access::read_only, kTypes}, {"pi", IFLA_TUN_PI, Shape::u8, Access::read_only},
    {"vnet_hdr", IFLA_TUN_VNET_HDR, Shape::u8, Access::read_only},    {"multi_queue", IFLA_TUN_MULTI_QUEUE, Shape::u8, Access::read_only},
    {"persist", IFLA_TUN_PERSIST, Shape::u8, Access::read_only},      {"user", IFLA_TUN_OWNER, Shape::u32, Access::read_only},
    {"group", IFLA_TUN_GROUP, Shape::u32, Access::read_only},
};

}  // namespace

const LinkKind kTun{"tun", kTunData, {}};

}  // namespace drawbridge::kernel
