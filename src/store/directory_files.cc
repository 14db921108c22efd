#include "store/directory_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "store/atomic_write.h"
#include "store/descriptor.h"
#include "store/file_lock.h"

namespace drawbridge::store {
namespace {

bool same_moment(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

bool unchanged(const struct stat& before, const struct stat& after, std::size_t bytes_read) {
  return before.st_size == after.st_size && static_cast<std::size_t>(after.st_size) == bytes_read &&
         same_moment(before.st_mtim, after.st_mtim) && same_moment(before.st_ctim, after.st_ctim);
}

Result<void> read_up_to(int descriptor, std::size_t most, const std::string& path, std::string& bytes) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "can't read " + path);
    if (got == 0) return {};
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > most) {
      return fail(Errc::invalid_input, fmt::format("{} is larger than {} MiB", path, most >> 20U), {},
                  "an interfaces file of this size is a mistake; look at what wrote it");
    }
  }
}

/// One attempt: the bytes, or nullopt if the file changed or vanished meanwhile.
Result<std::optional<std::string>> read_once(const std::string& path, const DirectoryOptions& options) {
  // Without O_NONBLOCK a FIFO in the file's place would hang us.
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor.is_open()) return fail_errno(errno, "can't open " + path);
  struct stat before{};
  if (::fstat(descriptor.number(), &before) != 0) return fail_errno(errno, "can't examine " + path);
  if (!S_ISREG(before.st_mode)) return fail(Errc::invalid_input, path + " is not a regular file");
  std::string bytes;
  TRY_VOID(read_up_to(descriptor.number(), options.largest_file, path, bytes));
  if (options.while_reading) options.while_reading(path);
  struct stat after{};
  struct stat named{};
  if (::fstat(descriptor.number(), &after) != 0) return fail_errno(errno, "can't examine " + path);
  if (!unchanged(before, after, bytes.size())) return std::nullopt;
  if (::stat(path.c_str(), &named) != 0) return std::nullopt;
  return bytes;
}

std::chrono::nanoseconds boot_time() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

Result<Descriptor> make_timer(std::chrono::nanoseconds deadline) {
  Descriptor timer(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer.is_open()) return fail_errno(errno, "can't make a timer");
  const auto at = std::max(deadline, std::chrono::nanoseconds(1));  // 0 would disarm it
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at);
  itimerspec when{};
  when.it_value.tv_sec = seconds.count();
  when.it_value.tv_nsec = (at - seconds).count();
  if (::timerfd_settime(timer.number(), TFD_TIMER_ABSTIME, &when, nullptr) != 0) return fail_errno(errno, "can't set a timer");
  return timer;
}

Result<Descriptor> make_watch(const std::string& folder) {
  Descriptor watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!watch.is_open()) return fail_errno(errno, "can't watch " + folder);
  constexpr std::uint32_t kEvents =
      IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  if (::inotify_add_watch(watch.number(), folder.c_str(), kEvents) < 0) return fail_errno(errno, "can't watch " + folder);
  return watch;
}

}  // namespace

Result<std::string> DirectoryFiles::read(const std::string& path) {
  for (unsigned attempt = 0; attempt < options_.read_attempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(options_.read_pause);
    auto bytes = read_once(path, options_);
    if (!bytes && attempt > 0 && bytes.error().code == Errc::not_found) continue;
    if (!bytes) return fail(bytes.error());
    if (*bytes) return std::move(**bytes);
  }
  return fail(Errc::conflict, path + " kept changing while it was read", {}, "find out what writes it, and try again");
}

Result<void> DirectoryFiles::write(const std::string& path, std::string_view bytes, unsigned mode) {
  return write_atomically(TRY(follow_links(path)), bytes, mode);
}

Result<void> DirectoryFiles::remove(const std::string& path) {
  if (::remove(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return fail_errno(errno, "can't remove " + path);
  }
  return sync_folder(folder_of(path));
}

Result<std::vector<std::string>> DirectoryFiles::list(const std::string& folder) {
  std::vector<std::string> names;
  DIR* listing = ::opendir(folder.c_str());
  if (listing == nullptr) {
    if (errno == ENOENT) return names;
    return fail_errno(errno, "can't list " + folder);
  }
  while (const dirent* entry = ::readdir(listing)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(listing);
  std::ranges::sort(names);
  return names;
}

bool DirectoryFiles::is_executable(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::vector<std::string> DirectoryFiles::glob(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  // GLOB_NOSORT and our own sort: glob(3) sorts by locale.
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  std::ranges::sort(paths);
  return paths;
}

Result<std::unique_ptr<doors::FileLock>> DirectoryFiles::lock(const std::string& path, std::chrono::milliseconds patience) {
  return lock_file(path, patience);
}

Result<bool> DirectoryFiles::wait_for_change(const std::string& folder, std::chrono::nanoseconds deadline) {
  const auto watch = TRY(make_watch(folder));
  const auto timer = TRY(make_timer(deadline));
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{watch.number(), POLLIN, 0}, pollfd{timer.number(), POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return fail_errno(errno, "can't wait for " + folder);
    }
    if ((waiting[0].revents & POLLIN) != 0) return true;
    if ((waiting[1].revents & POLLIN) != 0 || boot_time() >= deadline) return false;
  }
}

}  // namespace drawbridge::store
