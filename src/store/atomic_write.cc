#include "store/atomic_write.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <optional>

#include "base/text.h"
#include "store/descriptor.h"

namespace drawbridge::store {
namespace {

constexpr std::string_view kTempMark = ".drawbridge-";

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// ".interfaces.drawbridge-1234": hidden from shell patterns, and tells whose it is, so that a later write can remove what a
// killed process left.
std::string temp_prefix(const std::string& path) { return "." + name_of(path) + std::string(kTempMark); }

Result<void> make_folders(const std::string& folder) {
  struct stat status{};
  if (::stat(folder.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return fail_errno(ENOTDIR, folder);
  }
  const auto parent = folder_of(folder);
  if (parent != folder) TRY_VOID(make_folders(parent));
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return fail_errno(errno, "can't make folder " + folder);
  return sync_folder(parent);
}

void remove_stale_temps(const std::string& path) {
  const auto folder = folder_of(path);
  const auto prefix = temp_prefix(path);
  DIR* listing = ::opendir(folder.c_str());
  if (listing == nullptr) return;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(prefix)) continue;
    const auto pid = parse_number<int>(name.substr(prefix.size()));
    if (pid && (*pid == ::getpid() || (::kill(*pid, 0) != 0 && errno == ESRCH))) ::unlinkat(::dirfd(listing), entry->d_name, 0);
  }
  ::closedir(listing);
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(errno, "can't write " + path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// A file system that has no use for modes or owners (FUSE mounts such as a cluster's) may refuse to set what is set already.
Result<void> take_over_owner(int descriptor, const std::optional<struct stat>& old, unsigned mode, const std::string& path) {
  struct stat now{};
  if (::fstat(descriptor, &now) != 0) return fail_errno(errno, "can't examine the new " + path);
  if (old && (old->st_uid != now.st_uid || old->st_gid != now.st_gid) && ::fchown(descriptor, old->st_uid, old->st_gid) != 0) {
    return fail_errno(errno, "can't keep the owner of " + path);
  }
  const mode_t wanted = old ? (old->st_mode & 07777U) : mode;
  // After fchown, which clears set-id bits.
  if ((now.st_mode & 07777U) != wanted && ::fchmod(descriptor, wanted) != 0) return fail_errno(errno, "can't keep the mode of " + path);
  return {};
}

struct TempFile {
  Descriptor descriptor;
  std::string name;    ///< full path it has, or will get
  bool named = false;  ///< it has a name in the folder: must be removed on error
};

Result<TempFile> open_temp(const std::string& path) {
  TempFile temp;
  temp.name = folder_of(path) + "/" + temp_prefix(path) + std::to_string(::getpid());
  temp.descriptor = Descriptor(::open(folder_of(path).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (temp.descriptor.is_open()) return temp;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT) return fail_errno(errno, "can't write " + path);
  temp.descriptor = Descriptor(::open(temp.name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!temp.descriptor.is_open()) return fail_errno(errno, "can't write " + path);
  temp.named = true;
  return temp;
}

Result<void> name_temp(TempFile& temp, const std::string& path) {
  if (temp.named) return {};
  const auto handle = fmt::format("/proc/self/fd/{}", temp.descriptor.number());
  if (::linkat(AT_FDCWD, handle.c_str(), AT_FDCWD, temp.name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return fail_errno(errno, "can't write " + path);
  }
  temp.named = true;
  return {};
}

Result<void> fill_and_rename(TempFile& temp, const std::string& path, std::string_view bytes, unsigned mode) {
  struct stat status{};
  std::optional<struct stat> old;
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return fail(Errc::invalid_input, path + " is not a regular file");
    old = status;
  }
  TRY_VOID(write_all(temp.descriptor.number(), bytes, path));
  TRY_VOID(take_over_owner(temp.descriptor.number(), old, mode, path));
  if (::fsync(temp.descriptor.number()) != 0) return fail_errno(errno, "can't write " + path);
  TRY_VOID(name_temp(temp, path));
  if (::rename(temp.name.c_str(), path.c_str()) != 0) return fail_errno(errno, "can't replace " + path);
  temp.named = false;
  return {};
}

}  // namespace

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> sync_folder(const std::string& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) return fail_errno(errno, "can't open folder " + folder);
  // EINVAL: a file system without fsync for folders writes through.
  if (::fsync(descriptor.number()) != 0 && errno != EINVAL) return fail_errno(errno, "can't sync folder " + folder);
  return {};
}

Result<std::string> follow_links(const std::string& path) {
  std::string at = path;
  for (int hops = 0; hops < 40; ++hops) {
    std::array<char, PATH_MAX> target{};
    const auto size = ::readlink(at.c_str(), target.data(), target.size());
    if (size < 0 && (errno == EINVAL || errno == ENOENT)) return at;
    if (size < 0) return fail_errno(errno, "can't follow " + path);
    const std::string next(target.data(), static_cast<std::size_t>(size));
    at = next.starts_with('/') ? next : fmt::format("{}/{}", folder_of(at), next);
  }
  return fail_errno(ELOOP, path);
}

Result<void> write_atomically(const std::string& path, std::string_view bytes, unsigned mode) {
  TRY_VOID(make_folders(folder_of(path)));
  remove_stale_temps(path);
  auto temp = TRY(open_temp(path));
  auto written = fill_and_rename(temp, path, bytes, mode);
  if (!written) {
    if (temp.named) ::unlink(temp.name.c_str());
    return written;
  }
  return sync_folder(folder_of(path));
}

}  // namespace drawbridge::store
