// Tells when files of some folders are written, replaced or removed (inotify(7)).
//
// What is written elsewhere into a file system that a program provides (FUSE: etc/pve, where other nodes write) is told by nobody. Such
// folders, and no others, are looked at every five seconds as well: names, sizes and times of their files.
//
// A file system that is mounted over a folder, or goes away, is another folder at its place: the kernel tells when its table of mounts
// changes, and the folders are watched anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
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

/// The folder is in a FUSE file system.
bool is_on_fuse(const std::string& folder);

/// Which folders are to be looked at from time to time, and how often.
struct FolderPolling {
  std::function<bool(const std::string&)> is_silent;
  std::chrono::milliseconds interval{5000};
};

class FolderWatch {
 public:
  /// Writing is told of when the writer closes the file, or as it happens (a log that is never closed).
  enum class Of : std::uint8_t { closed_files, every_write };
  /// Folders that don't exist are passed over, until a mount brings them. Errors: unavailable if the system has no watch to give.
  static Result<FolderWatch> open(const std::vector<std::string>& folders, Of of = Of::closed_files, FolderPolling polling = {is_on_fuse});
  /// Readable when something has changed, or it is time to look.
  int descriptor() const { return either_.number(); }
  /// Takes what waits; true: something has changed.
  bool drain() { return take().any(); }
  FolderChanges take();
  /// Further folders, or the same ones anew after they were gone.
  Result<void> add(const std::vector<std::string>& folders);

 private:
  /// What is compared of a file.
  struct Mark {
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const Mark&) const = default;
  };
  using Marks = std::map<std::string, Mark>;  ///< by name
  /// Which folder it is; nothing, if there is none.
  using Place = std::pair<std::uint64_t, std::uint64_t>;  ///< device, inode

  FolderWatch(Of of, FolderPolling polling) : of_(of), polling_(std::move(polling)) {}
  Result<void> wake_by(int descriptor, std::uint32_t events);
  void note(const void* event, FolderChanges& changes) const;
  static Marks look_at(const std::string& folder);
  static Place place_of(const std::string& folder);
  bool has_moved();
  void look(FolderChanges& changes);

  Descriptor inotify_;
  Descriptor timer_;   ///< runs only while a folder is silent
  Descriptor waker_;   ///< the table of mounts: its poll tells a change once, to whoever asks first
  Descriptor mounts_;  ///< the same table, for us to ask
  Descriptor either_;  ///< epoll(7) of all but the last
  Of of_;
  FolderPolling polling_;
  std::map<std::string, Marks> silent_;  ///< by folder
  std::map<int, std::string> folders_;   ///< by watch
  std::map<std::string, Place> places_;  ///< by folder, of all that were ever asked for
};

}  // namespace drawbridge::store
