#include "store/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/text.h"
#include "store/atomic_write.h"
#include "store/descriptor.h"

namespace drawbridge::store {
namespace {

constexpr std::chrono::milliseconds kPollInterval{20};

class Flock final : public doors::FileLock {
 public:
  explicit Flock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

std::string read_whole(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string command_of(const std::string& pid) {
  auto command = read_whole("/proc/" + pid + "/cmdline");
  while (!command.empty() && command.back() == '\0') command.pop_back();
  return printable(replace_all(command, '\0', ' '), 200);
}

// "1: FLOCK  ADVISORY  WRITE 4242 08:01:131089 0 EOF"; a waiter's line has "->" after the number and holds nothing.
std::optional<std::string> holder_in(std::string_view locks, const struct stat& status) {
  const auto inode = fmt::format(":{}", status.st_ino);
  const auto device = fmt::format("{:02x}:{:02x}", major(status.st_dev), minor(status.st_dev));
  std::optional<std::string> by_inode;
  for (const auto line : split(locks, '\n')) {
    const auto words = split_words(line);
    if (words.size() < 6 || words[1] != "FLOCK" || !words[5].ends_with(inode)) continue;
    if (words[5] == device + inode) return std::string(words[4]);
    // Some file systems (overlayfs, btrfs) show another device here than stat(2) does.
    by_inode = std::string(words[4]);
  }
  return by_inode;
}

Result<Descriptor> open_lock(const std::string& path) {
  std::error_code ignored;
  std::filesystem::create_directories(folder_of(path), ignored);
  // Who may open it, if only for reading, may hold it.
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!descriptor.is_open()) return fail_errno(errno, "can't open lock file " + path);
  return descriptor;
}

// Somebody may remove the lock file while we wait: then our lock is on a file that nobody else will open.
bool still_there(const Descriptor& descriptor, const std::string& path) {
  struct stat held{};
  struct stat named{};
  return ::fstat(descriptor.number(), &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

}  // namespace

std::optional<std::string> find_lock_holder(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto pid = holder_in(read_whole("/proc/locks"), status);
  if (!pid || !parse_number<unsigned>(*pid) || *pid == "0") return std::nullopt;
  const auto command = command_of(*pid);
  return command.empty() ? fmt::format("process {}", *pid) : fmt::format("process {} ({})", *pid, command);
}

Result<std::unique_ptr<doors::FileLock>> lock_file(const std::string& path, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto descriptor = TRY(open_lock(path));
    if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) == 0) {
      if (still_there(descriptor, path)) return std::make_unique<Flock>(std::move(descriptor));
      continue;
    }
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_errno(errno, "can't lock " + path);
    if (std::chrono::steady_clock::now() >= deadline) {
      const auto holder = find_lock_holder(path);
      return fail(Errc::conflict, fmt::format("{} is held by {}", path, holder.value_or("another process")), {},
                  "wait until it has finished, or look at what it does");
    }
    std::this_thread::sleep_for(kPollInterval);
  }
}

}  // namespace drawbridge::store
