// VXLAN devices: IFLA_VXLAN_* of linux/if_link.h. `ageing` in seconds.
#include <linux/if_link.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr Word kDontFragment[] = {{0, "unset"}, {1, "set"}, {2, "inherit"}};

constexpr AttributeRow kVxlanData[] = {
    {"id", IFLA_VXLAN_ID, Shape::u32},
    {"group", IFLA_VXLAN_GROUP, Shape::ip4},
    {"group6", IFLA_VXLAN_GROUP6, Shape::ip6},
    {"link", IFLA_VXLAN_LINK, Shape::link},
    {"local", IFLA_VXLAN_LOCAL, Shape::ip4},
    {"local6", IFLA_VXLAN_LOCAL6, Shape::ip6},
    {"ttl", IFLA_VXLAN_TTL, Shape::u8},
    {"ttl_inherit", IFLA_VXLAN_TTL_INHERIT, Shape::flag},
    {"tos", IFLA_VXLAN_TOS, Shape::u8},
    {"df", IFLA_VXLAN_DF, Shape::word8, Access::read_write, kDontFragment},
    {"learning", IFLA_VXLAN_LEARNING, Shape::u8},
    {"ageing", IFLA_VXLAN_AGEING, Shape::u32},
    {"limit", IFLA_VXLAN_LIMIT, Shape::u32},
    {"port", IFLA_VXLAN_PORT, Shape::be16},
    {"label", IFLA_VXLAN_LABEL, Shape::be32},
    {"proxy", IFLA_VXLAN_PROXY, Shape::u8},
    {"rsc", IFLA_VXLAN_RSC, Shape::u8},
    {"l2miss", IFLA_VXLAN_L2MISS, Shape::u8},
    {"l3miss", IFLA_VXLAN_L3MISS, Shape::u8},
    {"udp_csum", IFLA_VXLAN_UDP_CSUM, Shape::u8},
    {"udp_zero_csum6_tx", IFLA_VXLAN_UDP_ZERO_CSUM6_TX, Shape::u8},
    {"udp_zero_csum6_rx", IFLA_VXLAN_UDP_ZERO_CSUM6_RX, Shape::u8},
    {"gbp", IFLA_VXLAN_GBP, Shape::flag},
    {"gpe", IFLA_VXLAN_GPE, Shape::flag},
    {"external", IFLA_VXLAN_COLLECT_METADATA, Shape::u8},
    {"vnifilter", IFLA_VXLAN_VNIFILTER, Shape::u8},
};

}  // namespace

const LinkKind kVxlan{"vxlan", kVxlanData, {}};

}  // namespace drawbridge::kernel
