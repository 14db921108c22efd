#include "store/folder_watch.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace drawbridge::store {

bool is_on_fuse(const std::string& folder) {
  struct statfs system{};
  return ::statfs(folder.c_str(), &system) == 0 && system.f_type == FUSE_SUPER_MAGIC;
}

Result<FolderWatch> FolderWatch::open(const std::vector<std::string>& folders, Of of, FolderPolling polling) {
  Descriptor inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  Descriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  Descriptor either(::epoll_create1(EPOLL_CLOEXEC));
  if (!inotify.is_open() || !timer.is_open() || !either.is_open()) return fail_errno(errno, "can't watch files");
  for (const int one : {inotify.number(), timer.number()}) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(either.number(), EPOLL_CTL_ADD, one, &event) != 0) return fail_errno(errno, "can't watch files");
  }
  FolderWatch made(std::move(inotify), std::move(timer), std::move(either), of, std::move(polling));
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
    if (watch >= 0 && polling_.is_silent && polling_.is_silent(folder)) silent_.try_emplace(folder, look_at(folder));
  }
  itimerspec every{};
  if (!silent_.empty()) {
    every.it_interval.tv_sec = polling_.interval.count() / 1000;
    every.it_interval.tv_nsec = polling_.interval.count() % 1000 * 1'000'000;
    every.it_value = every.it_interval;
  }
  if (::timerfd_settime(timer_.number(), 0, &every, nullptr) != 0) return fail_errno(errno, "can't watch files");
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

FolderWatch::Marks FolderWatch::look_at(const std::string& folder) {
  Marks marks;
  DIR* open = ::opendir(folder.c_str());
  if (open == nullptr) return marks;
  while (const dirent* entry = ::readdir(open)) {
    struct stat file{};
    if (entry->d_type == DT_DIR || ::fstatat(::dirfd(open), entry->d_name, &file, 0) != 0) continue;
    marks[entry->d_name] = {file.st_ino, file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec};
  }
  ::closedir(open);
  return marks;
}

void FolderWatch::look(FolderChanges& changes) {
  for (auto& [folder, known] : silent_) {
    auto now = look_at(folder);
    for (const auto& [name, mark] : now)
      if (const auto before = known.find(name); before == known.end() || before->second != mark) changes.paths.insert(folder + "/" + name);
    for (const auto& [name, mark] : known)
      if (!now.contains(name)) changes.paths.insert(folder + "/" + name);
    known = std::move(now);
  }
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
  std::uint64_t times = 0;
  if (::read(timer_.number(), &times, sizeof times) > 0) look(changes);
  return changes;
}

}  // namespace drawbridge::store
