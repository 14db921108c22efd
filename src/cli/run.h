// From the words of a command line to the exit status of the process.
#pragma once

#include <string>
#include <vector>

namespace drawbridge::cli {

class Warm;

/// `program` is argv[0]: called as ifup, ifdown, ifreload or ifquery it is that verb; for qemu-ifup and others see hook_name.h.
/// `warm` (may be null): in a child of the service, what that has in memory.
int run(const std::string& program, std::vector<std::string> words, Warm* warm = nullptr);

}  // namespace drawbridge::cli
