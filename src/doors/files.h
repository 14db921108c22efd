// Files, as floors 4 and up see them. Real: store/. Fake: doors/fake_files.h, which can fail or cut the power at any call.
// Paths are absolute and already carry the --root prefix.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace drawbridge::doors {

/// Held while it lives.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class Files {
 public:
  virtual ~Files() = default;
  /// The whole file. A file that changes while it is read is read again; not_found if there is none; at most 64 MiB.
  virtual Result<std::string> read(const std::string& path) = 0;
  /// Temp file in the same folder, fsync, rename, fsync of the folder. Missing folders are made (0755). Owner and mode of an
  /// existing file are kept, else `mode`. On any error the old file is untouched and no temp file stays.
  virtual Result<void> write(const std::string& path, std::string_view bytes, unsigned mode = 0644) = 0;
  /// A file or an empty folder. No error if it does not exist. The folder that held it is fsynced.
  virtual Result<void> remove(const std::string& path) = 0;
  /// Names in a folder, sorted; empty if the folder does not exist.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  /// True for a file that this process may run.
  virtual bool is_executable(const std::string& path) = 0;
  /// Paths that match a shell pattern, sorted.
  virtual std::vector<std::string> glob(const std::string& pattern) = 0;
  /// flock(2) on `path` (made if missing). After `patience`: Errc::conflict, and `what` names the holder's pid and command.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path, std::chrono::milliseconds patience) = 0;
  /// Blocks until something in `folder` changes, or `deadline` (boot-time clock) passes; true: changed.
  virtual Result<bool> wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) = 0;
};

}  // namespace drawbridge::doors
