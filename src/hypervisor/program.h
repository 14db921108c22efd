// Running a program to its end, with an end of the patience.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace drawbridge::hypervisor {

struct ProgramEnd {
  int status = 0;      ///< exit status, or 128 + the signal that killed it
  std::string output;  ///< both streams, at most 64 KiB
};

/// `words` are looked for in PATH; standard input is /dev/null. `keep`: descriptors that the program inherits.
/// Errors: not_found if there is no such program, timed_out after `limit` (the program is killed), those of the system.
Result<ProgramEnd> run_program(const std::vector<std::string>& words, std::chrono::milliseconds limit, const std::vector<int>& keep = {});

/// Pointers for execv(3); valid as long as the words are.
std::vector<char*> pointers_to(const std::vector<std::string>& words);

}  // namespace drawbridge::hypervisor
