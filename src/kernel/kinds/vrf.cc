// Virtual routing domains: IFLA_VRF_* of linux/if_link.h.
#include <linux/if_link.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {
namespace {

constexpr AttributeRow kVrfData[] = {{"table", IFLA_VRF_TABLE, Shape::u32}};
constexpr AttributeRow kVrfPort[] = {{"slave_table", IFLA_VRF_PORT_TABLE, Shape::u32, Access::read_only}};

}  // namespace

const LinkKind kVrf{"vrf", kVrfData, kVrfPort};

}  // namespace drawbridge::kernel
