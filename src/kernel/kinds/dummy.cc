// Dummies: links with nothing behind them, and without attributes.
#include "kernel/kinds/kinds.h"

namespace drawbridge::kernel {

const LinkKind kDummy{"dummy", {}, {}};

}  // namespace drawbridge::kernel
