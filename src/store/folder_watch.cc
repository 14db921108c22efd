#include "store/folder_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <tuple>

namespace drawbridge::store {

bool is_on_fuse(const std::string& folder) {
  struct statfs system{};
  return ::statfs(folder.c_str(), &system) == 0 && system.f_type == FUSE_SUPER_MAGIC;
}

Result<void> FolderWatch::wake_by(int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  if (::epoll_ctl(either_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) return fail_errno(errno, "can't watch files");
  return {};
}

Result<FolderWatch> FolderWatch::open(const std::vector<std::string>& folders, Of of, FolderPolling polling) {
  constexpr const char* kMounts = "/proc/thread-self/mountinfo";
  FolderWatch made(of, std::move(polling));
  made.inotify_ = Descriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  made.timer_ = Descriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  made.waker_ = Descriptor(::open(kMounts, O_RDONLY | O_CLOEXEC));
  made.mounts_ = Descriptor(::open(kMounts, O_RDONLY | O_CLOEXEC));
  made.either_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  for (const auto* one : {&made.inotify_, &made.timer_, &made.waker_, &made.mounts_, &made.either_})
    if (!one->is_open()) return fail_errno(errno, "can't watch files");
  TRY_VOID(made.wake_by(made.inotify_.number(), EPOLLIN));
  TRY_VOID(made.wake_by(made.timer_.number(), EPOLLIN));
  TRY_VOID(made.wake_by(made.waker_.number(), EPOLLPRI));
  TRY_VOID(made.add(folders));
  return made;
}

Result<void> FolderWatch::add(const std::vector<std::string>& folders) {
  const std::uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF |
                               (of_ == Of::every_write ? static_cast<std::uint32_t>(IN_MODIFY) : 0U);
  for (const auto& folder : folders) {
    places_[folder] = place_of(folder);
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

FolderWatch::Place FolderWatch::place_of(const std::string& folder) {
  struct stat found{};
  return ::stat(folder.c_str(), &found) == 0 ? Place{found.st_dev, found.st_ino} : Place();
}

/// True: something was mounted over a folder, or has gone from there.
bool FolderWatch::has_moved() {
  pollfd mounts{mounts_.number(), POLLPRI, 0};
  if (::poll(&mounts, 1, 0) <= 0) return false;
  std::vector<std::string> moved;
  for (const auto& [folder, place] : places_)
    if (place_of(folder) != place) moved.push_back(folder);
  // What can't be watched now is read once, and watched when somebody asks for it again.
  if (!moved.empty()) std::ignore = add(moved);
  return !moved.empty();
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
  if (has_moved()) changes.everything = true;
  return changes;
}

}  // namespace drawbridge::store
