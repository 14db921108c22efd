// Rate limits: decimal numbers of MB/s in the configuration, whole bytes per second in the kernel.
#pragma once

#include <string_view>

#include "base/result.h"
#include "guest/nic.h"

namespace drawbridge::guest {

/// "12.5" (MB/s, where MB is 1048576 bytes), and for people also "100Mbit", "2.5Gbit", "512kbit" (per second, powers of ten, any
/// case), which become the decimal number of MB/s that says exactly the same. Errors: invalid_input.
Result<Rate> parse_rate(std::string_view text);

}  // namespace drawbridge::guest
