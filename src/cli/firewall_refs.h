// A verb of its own.
#pragma once

#include "cli/command_spec.h"

namespace drawbridge::cli {

/// `firewall refs LEVEL`: what rules may refer to by name.
Exit firewall_refs(Context& context);

}  // namespace drawbridge::cli
