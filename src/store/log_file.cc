#include "store/log_file.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <tuple>

namespace drawbridge::store {
namespace {

constexpr mode_t kMode = 0640;

/// A machine without the group has its logs for root alone.
void give_to_readers(int file) {
  if (const group* readers = ::getgrnam("adm"); readers != nullptr) std::ignore = ::fchown(file, static_cast<uid_t>(-1), readers->gr_gid);
}

}  // namespace

bool LogFile::is_there() const {
  struct stat named{};
  struct stat opened{};
  return file_.is_open() && ::stat(path_.c_str(), &named) == 0 && ::fstat(file_.number(), &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

Result<void> LogFile::open() {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), error);
  Descriptor file(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (!file.is_open()) return fail_errno(errno, path_);
  give_to_readers(file.number());
  file_ = std::move(file);
  return {};
}

Result<void> LogFile::append(std::string_view lines) {
  if (!is_there()) TRY_VOID(open());
  while (!lines.empty()) {
    const auto written = ::write(file_.number(), lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(errno, path_);
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace drawbridge::store
