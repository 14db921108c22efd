// Files in directories of this machine: atomic replacement, reading that notices a change under way, locks that name their
// holder, waiting for a change. May enter: paths and bytes; nothing here knows what a file means.
//
// Sources: open(2) O_TMPFILE, rename(2), fsync(2), flock(2), inotify(7), timerfd_create(2), proc_locks(5).
#pragma once

#include <cstddef>
#include <functional>

#include "doors/files.h"

namespace drawbridge::store {

/// What may be tuned; the defaults are the product's.
struct DirectoryOptions {
  std::size_t largest_file = std::size_t{64} << 20U;           ///< bytes; a larger file is refused with invalid_input
  unsigned read_attempts = 5;                                  ///< before a file that keeps changing is a conflict
  std::chrono::milliseconds read_pause{20};                    ///< between two attempts
  std::function<void(const std::string& path)> while_reading;  ///< called once per attempt between first and second stat, for tests
};

/// doors::Files on the local file system. Stateless apart from the options: any number may be used side by side, also by
/// several threads.
class DirectoryFiles final : public doors::Files {
 public:
  explicit DirectoryFiles(DirectoryOptions options = {}) : options_(std::move(options)) {}

  /// Follows symbolic links. Errors: not_found; conflict if the file changed or vanished during each attempt; invalid_input if
  /// it is not a regular file or is too large.
  Result<std::string> read(const std::string& path) override;
  /// Where `path` is a symbolic link, the file that it leads to is replaced and the link stays. A temp file that a killed
  /// process left behind is removed on the way.
  Result<void> write(const std::string& path, std::string_view bytes, unsigned mode = 0644) override;
  Result<void> remove(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  bool is_executable(const std::string& path) override;
  std::vector<std::string> glob(const std::string& pattern) override;
  Result<std::unique_ptr<doors::FileLock>> lock(const std::string& path, std::chrono::milliseconds patience) override;
  Result<bool> wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) override;

 private:
  DirectoryOptions options_;
};

}  // namespace drawbridge::store
