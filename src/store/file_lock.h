// Advisory locks that can say who holds them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "doors/files.h"

namespace drawbridge::store {

/// See doors::Files::lock. The file itself stays after the lock is gone, as flock(2) users expect.
Result<std::unique_ptr<doors::FileLock>> lock_file(const std::string& path, std::chrono::milliseconds patience);

/// "process 1234 (drawbridge network apply)", from /proc/locks; nullopt if nobody holds it or the holder can't be seen from this
/// pid namespace.
std::optional<std::string> find_lock_holder(const std::string& path);

}  // namespace drawbridge::store
