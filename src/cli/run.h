// From the words of a command line to the exit status of the process.
#pragma once

#include <string>
#include <vector>

namespace drawbridge::cli {

/// `program` is argv[0]: called as ifup, ifdown, ifreload or ifquery it is that verb.
int run(const std::string& program, std::vector<std::string> words);

}  // namespace drawbridge::cli
