// A verb of its own.
#pragma once

#include "cli/command_spec.h"

namespace drawbridge::cli {

/// `openapi`: the description of the REST interface, for generators of clients.
Exit print_openapi(Context& context);

}  // namespace drawbridge::cli
