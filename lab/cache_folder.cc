#include "lab/cache_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "lab/owned_fd.h"
#include "lab/subprocess.h"

namespace drawbridge::lab {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string cache_path() {
  if (std::string chosen = variable("DRAWBRIDGE_CACHE"); !chosen.empty()) return chosen;
  if (geteuid() == 0) return "/var/cache/drawbridge/lab";
  if (const std::string base = variable("XDG_CACHE_HOME"); !base.empty()) return base + "/drawbridge/lab";
  return variable("HOME") + "/.cache/drawbridge/lab";
}

}  // namespace

Result<std::string> cache_folder() {
  std::string path = cache_path();
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) return fail_errno(problem.value(), "the lab's cache folder " + path + " can't be made");
  return path;
}

Result<std::string> cached_file(const std::string& name, const std::function<Result<std::string>()>& make) {
  std::string path = TRY(cache_folder()) + "/" + name;
  if (access(path.c_str(), R_OK) == 0) return path;
  const std::string bytes = TRY(make());
  TRY_VOID(replace_file(path, bytes));
  return path;
}

Result<void> replace_file(const std::string& path, std::string_view bytes) {
  // O_TMPFILE has no name until it is complete, so a kill leaves nothing behind; linkat can't replace, hence the rename.
  const std::string folder = std::filesystem::path(path).parent_path();
  const OwnedFd file(open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644));
  if (!file.is_open()) return fail_errno(errno, "open " + folder);
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t written = write(file.get(), rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return fail_errno(errno, "write " + path);
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  const std::string temporary = fmt::format("{}.{}", path, getpid());
  const std::string source = fmt::format("/proc/self/fd/{}", file.get());
  unlink(temporary.c_str());
  if (linkat(AT_FDCWD, source.c_str(), AT_FDCWD, temporary.c_str(), AT_SYMLINK_FOLLOW) != 0) return fail_errno(errno, "link " + temporary);
  if (rename(temporary.c_str(), path.c_str()) != 0) return fail_errno(errno, "rename " + temporary);
  return {};
}

Result<std::string> read_whole_file(const std::string& path) {
  const OwnedFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail_errno(errno, path);
  std::string bytes;
  while (true) {
    const std::size_t before = bytes.size();
    if (!read_some(file.get(), bytes)) {
      if (bytes.size() == before) break;
    }
  }
  return bytes;
}

void say(std::string_view what) { std::fprintf(stderr, "lab: %.*s\n", static_cast<int>(what.size()), what.data()); }

std::string file_stamp(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return "missing";
  return fmt::format("{}-{}.{}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

}  // namespace drawbridge::lab
