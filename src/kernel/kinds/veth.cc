// Virtual Ethernet pairs. They have no attributes of their own; both ends are made by one message.
#include <linux/veth.h>

#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {

const LinkKind kVeth{"veth", {}, {}, VETH_INFO_PEER};

}  // namespace drawbridge::kernel
