// Tells when files of some folders are written, replaced or removed (inotify(7)).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/descriptor.h"

namespace drawbridge::store {

class FolderWatch {
 public:
  /// Folders that don't exist are passed over. Errors: unavailable if the system has no watch to give.
  static Result<FolderWatch> open(const std::vector<std::string>& folders);
  /// Readable when something has changed.
  int descriptor() const { return inotify_.number(); }
  /// Takes what waits; true: something has changed.
  bool drain();

 private:
  explicit FolderWatch(Descriptor inotify) : inotify_(std::move(inotify)) {}
  Descriptor inotify_;
};

}  // namespace drawbridge::store
