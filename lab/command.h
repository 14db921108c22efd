// `drawbridge lab …`: what the command line hands over to.
#pragma once

#include <string>
#include <vector>

namespace drawbridge::lab {

/// Runs `drawbridge lab ARGUMENTS` ("run", "--native", "default-bridge", "--", "ping", …). Gives the process's exit status.
int run_command(const std::vector<std::string>& arguments, bool json);

}  // namespace drawbridge::lab
