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
  const std::uint32_t events =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | (of == Of::every_write ? static_cast<std::uint32_t>(IN_MODIFY) : 0U);
  for (const auto& folder : folders) {
    const int watch = ::inotify_add_watch(inotify.number(), folder.c_str(), events);
    if (watch < 0 && errno != ENOENT && errno != ENOTDIR) return fail_errno(errno, "can't watch " + folder);
  }
  return FolderWatch(std::move(inotify));
}

bool FolderWatch::drain() {
  std::array<char, 4096> events{};
  bool any = false;
  while (::read(inotify_.number(), events.data(), events.size()) > 0) any = true;
  return any;
}

}  // namespace drawbridge::store
