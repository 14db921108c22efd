// Tells when files of some folders are written, replaced or removed (inotify(7)).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/descriptor.h"

namespace drawbridge::store {

class FolderWatch {
 public:
  /// Writing is told of when the writer closes the file, or as it happens (a log that is never closed).
  enum class Of : std::uint8_t { closed_files, every_write };
  /// Folders that don't exist are passed over. Errors: unavailable if the system has no watch to give.
  static Result<FolderWatch> open(const std::vector<std::string>& folders, Of of = Of::closed_files);
  /// Readable when something has changed.
  int descriptor() const { return inotify_.number(); }
  /// Takes what waits; true: something has changed.
  bool drain();

 private:
  explicit FolderWatch(Descriptor inotify) : inotify_(std::move(inotify)) {}
  Descriptor inotify_;
};

}  // namespace drawbridge::store
