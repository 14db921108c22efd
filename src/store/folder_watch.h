// Tells when files of some folders are written, replaced or removed (inotify(7)).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/descriptor.h"

namespace drawbridge::store {

/// Files that were written, replaced or removed.
struct FolderChanges {
  std::set<std::string, std::less<>> paths;
  bool everything = false;  ///< so much happened that some was not told, or a folder itself came or went
  bool any() const { return everything || !paths.empty(); }
};

class FolderWatch {
 public:
  /// Writing is told of when the writer closes the file, or as it happens (a log that is never closed).
  enum class Of : std::uint8_t { closed_files, every_write };
  /// Folders that don't exist are passed over. Errors: unavailable if the system has no watch to give.
  static Result<FolderWatch> open(const std::vector<std::string>& folders, Of of = Of::closed_files);
  /// Readable when something has changed.
  int descriptor() const { return inotify_.number(); }
  /// Takes what waits; true: something has changed.
  bool drain() { return take().any(); }
  FolderChanges take();
  /// Further folders, or the same ones anew after they were gone.
  Result<void> add(const std::vector<std::string>& folders);

 private:
  FolderWatch(Descriptor inotify, Of of) : inotify_(std::move(inotify)), of_(of) {}
  void note(const void* event, FolderChanges& changes) const;

  Descriptor inotify_;
  Of of_;
  std::map<int, std::string> folders_;  ///< by watch
};

}  // namespace drawbridge::store
