#include "store/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace drawbridge::store {

Result<FolderWatch> FolderWatch::open(const std::vector<std::string>& folders, Of of) {
  Descriptor inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.is_open()) return fail_errno(errno, "can't watch files");
  FolderWatch made(std::move(inotify), of);
  TRY_VOID(made.add(folders));
  return made;
}

Result<void> FolderWatch::add(const std::vector<std::string>& folders) {
  const std::uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF |
                               (of_ == Of::every_write ? static_cast<std::uint32_t>(IN_MODIFY) : 0U);
  for (const auto& folder : folders) {
    const int watch = ::inotify_add_watch(inotify_.number(), folder.c_str(), events);
    if (watch < 0 && errno != ENOENT && errno != ENOTDIR) return fail_errno(errno, "can't watch " + folder);
    if (watch >= 0) folders_[watch] = folder;
  }
  return {};
}

void FolderWatch::note(const void* event, FolderChanges& changes) const {
  const auto& told = *static_cast<const inotify_event*>(event);
  const auto folder = folders_.find(told.wd);
  if (folder == folders_.end() || told.len == 0)
    changes.everything = true;
  else
    changes.paths.insert(folder->second + "/" + static_cast<const char*>(told.name));
}

FolderChanges FolderWatch::take() {
  alignas(inotify_event) std::array<char, 4096> events{};
  FolderChanges changes;
  for (ssize_t size = 0; (size = ::read(inotify_.number(), events.data(), events.size())) > 0;)
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* event = reinterpret_cast<const inotify_event*>(events.data() + at);
      note(event, changes);
      at += sizeof(inotify_event) + event->len;
    }
  return changes;
}

}  // namespace drawbridge::store
