// What tells a process from another one that has its number later.
#pragma once

#include <cstdint>
#include <optional>

namespace drawbridge::server {

/// When it began, in clock ticks since boot (proc(5), stat, field 22). nullopt: it is gone, or a zombie.
std::optional<std::uint64_t> process_start(int pid);

}  // namespace drawbridge::server
