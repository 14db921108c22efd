#include "cli/log_follower.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

namespace drawbridge::cli {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

}  // namespace

Result<LogFollower> LogFollower::open(std::string path) {
  auto watch = TRY(store::FolderWatch::open({std::filesystem::path(path).parent_path().string()}, store::FolderWatch::Of::every_write));
  return LogFollower(std::move(path), std::move(watch));
}

Result<void> LogFollower::read(const Visit& visit) {
  std::ignore = watch_.drain();
  if (file_.is_open()) {
    TRY_VOID(read_on(visit));
    if (!was_moved()) return {};
  }
  store::Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return {};
  if (!file.is_open()) return fail_errno(errno, path_);
  file_ = std::move(file);
  begun_.clear();
  return read_on(visit);
}

/// The file at the path is another one, or was emptied.
bool LogFollower::was_moved() const {
  struct stat named{};
  struct stat opened{};
  if (::stat(path_.c_str(), &named) != 0 || ::fstat(file_.number(), &opened) != 0) return false;
  return named.st_ino != opened.st_ino || named.st_dev != opened.st_dev || opened.st_size < ::lseek(file_.number(), 0, SEEK_CUR);
}

Result<void> LogFollower::read_on(const Visit& visit) {
  std::array<char, kPiece> piece{};
  for (;;) {
    const auto size = ::read(file_.number(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno, path_);
    if (size == 0) return {};
    begun_.append(piece.data(), static_cast<std::size_t>(size));
    std::size_t from = 0;
    for (std::size_t end = 0; (end = begun_.find('\n', from)) != std::string::npos; from = end + 1)
      visit(std::string_view(begun_).substr(from, end - from));
    begun_.erase(0, from);
  }
}

void LogFollower::wait() {
  pollfd waiting{watch_.descriptor(), POLLIN, 0};
  ::poll(&waiting, 1, -1);
}

}  // namespace drawbridge::cli
