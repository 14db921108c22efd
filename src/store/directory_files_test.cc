#include "store/directory_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "doors/fake_files.h"
#include "doors/files_contract.h"
#include "store/file_lock.h"

namespace drawbridge::store {
namespace {

using std::chrono::milliseconds;

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "drawbridge-store-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class DirectoryWorld {
 public:
  doors::Files& files() { return files_; }
  std::string folder() { return folder_.path(); }
  std::chrono::nanoseconds boot_time() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }
  template <class Action>
  void soon(Action action) {
    thread_ = std::thread([action] {
      std::this_thread::sleep_for(milliseconds(50));
      action();
    });
  }
  void join() { thread_.join(); }

 private:
  Folder folder_;
  DirectoryFiles files_;
  std::thread thread_;
};

class FakeWorld {
 public:
  doors::Files& files() { return files_; }
  std::string folder() { return "/etc/network"; }
  std::chrono::nanoseconds boot_time() { return clock_.boot_time(); }
  template <class Action>
  void soon(Action action) {
    files_.while_waiting = action;
  }
  void join() { files_.while_waiting = nullptr; }

 private:
  doors::FakeDisk disk_;
  doors::FakeClock clock_;
  doors::FakeFiles files_{disk_, clock_};
};

}  // namespace
}  // namespace drawbridge::store

namespace drawbridge::doors {
INSTANTIATE_TYPED_TEST_SUITE_P(Directory, FilesContract, store::DirectoryWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Fake, FilesContract, store::FakeWorld);
}  // namespace drawbridge::doors

namespace drawbridge::store {
namespace {

struct stat status_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status;
}

void append(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::app | std::ios::binary) << text; }

TEST(DirectoryFiles, KeepsModeAndOwnerOfAnExistingFile) {
  const Folder folder;
  DirectoryFiles files;
  ASSERT_TRUE(files.write(folder / "f", "1", 0600));
  EXPECT_EQ(status_of(folder / "f").st_mode & 07777U, 0600U);
  ASSERT_EQ(::chmod((folder / "f").c_str(), 0640), 0);
  const bool as_root = ::geteuid() == 0;
  if (as_root) {
    ASSERT_EQ(::chown((folder / "f").c_str(), 12, 34), 0);
  }
  ASSERT_TRUE(files.write(folder / "f", "2"));
  EXPECT_EQ(status_of(folder / "f").st_mode & 07777U, 0640U);
  if (as_root) {
    EXPECT_EQ(status_of(folder / "f").st_uid, 12U);
    EXPECT_EQ(status_of(folder / "f").st_gid, 34U);
  }
}

TEST(DirectoryFiles, WritesThroughASymbolicLink) {
  const Folder folder;
  DirectoryFiles files;
  std::filesystem::create_directory(folder / "etc");
  std::filesystem::create_symlink("real/interfaces", folder / "etc/interfaces");
  ASSERT_TRUE(files.write(folder / "etc/interfaces", "1")) << "also where the target is not there yet";
  ASSERT_TRUE(files.write(folder / "etc/interfaces", "2"));
  EXPECT_TRUE(S_ISLNK(status_of(folder / "etc/interfaces").st_mode));
  EXPECT_EQ(files.read(folder / "etc/real/interfaces").value(), "2");
}

TEST(DirectoryFiles, RefusesALinkThatGoesInCircles) {
  const Folder folder;
  DirectoryFiles files;
  std::filesystem::create_symlink("b", folder / "a");
  std::filesystem::create_symlink("a", folder / "b");
  EXPECT_EQ(files.write(folder / "a", "1").error().os_errno, ELOOP);
}

TEST(DirectoryFiles, RemovesWhatAKilledWriterLeft) {
  const Folder folder;
  DirectoryFiles files;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  append(folder / (".interfaces.drawbridge-" + std::to_string(child)), "half");
  append(folder / (".interfaces.drawbridge-" + std::to_string(::getppid())), "somebody alive is writing");
  ASSERT_TRUE(files.write(folder / "interfaces", "whole"));
  EXPECT_EQ(files.list(folder.path()).value(),
            (std::vector<std::string>{".interfaces.drawbridge-" + std::to_string(::getppid()), "interfaces"}));
}

TEST(DirectoryFiles, ReadsAgainWhenTheFileGrowsMeanwhile) {
  const Folder folder;
  int attempts = 0;
  DirectoryOptions options;
  options.read_pause = milliseconds(1);
  options.while_reading = [&](const std::string& path) {
    if (++attempts < 3) append(path, "more\n");
  };
  DirectoryFiles files(options);
  append(folder / "f", "first\n");
  EXPECT_EQ(files.read(folder / "f").value(), "first\nmore\nmore\n");
  EXPECT_EQ(attempts, 3);
}

TEST(DirectoryFiles, GivesUpOnAFileThatNeverRests) {
  const Folder folder;
  DirectoryOptions options;
  options.read_pause = milliseconds(1);
  options.while_reading = [](const std::string& path) { append(path, "x"); };
  DirectoryFiles files(options);
  append(folder / "f", "first\n");
  const auto bytes = files.read(folder / "f");
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, Errc::conflict);
}

TEST(DirectoryFiles, TellsThatAFileVanishedWhileItWasRead) {
  const Folder folder;
  DirectoryOptions options;
  options.read_pause = milliseconds(1);
  options.while_reading = [](const std::string& path) { ::unlink(path.c_str()); };
  DirectoryFiles files(options);
  append(folder / "f", "first\n");
  const auto bytes = files.read(folder / "f");
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, Errc::conflict);
}

TEST(DirectoryFiles, SurvivesAFileThatVanishesAndComesBack) {
  const Folder folder;
  int attempts = 0;
  DirectoryOptions options;
  options.read_pause = milliseconds(1);
  options.while_reading = [&](const std::string& path) {
    if (++attempts > 1) return;
    ::unlink(path.c_str());
    append(path, "second\n");
    ::unlink(path.c_str());
    append(path, "third\n");
  };
  DirectoryFiles files(options);
  append(folder / "f", "first\n");
  EXPECT_TRUE(files.read(folder / "f").value().ends_with("\n"));
}

TEST(DirectoryFiles, RefusesWhatIsTooLargeOrNoFile) {
  const Folder folder;
  DirectoryOptions options;
  options.largest_file = 4;
  DirectoryFiles files(options);
  append(folder / "f", "12345");
  EXPECT_EQ(files.read(folder / "f").error().code, Errc::invalid_input);
  EXPECT_EQ(files.read(folder.path()).error().code, Errc::invalid_input);
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(files.read(folder / "fifo").error().code, Errc::invalid_input) << "and does not hang";
  EXPECT_FALSE(files.write(folder / "fifo", "x"));
}

TEST(DirectoryFiles, NobodyElseCanHoldALock) {
  const Folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  DirectoryFiles files;
  const auto path = folder / "locks/access.lock";
  const auto mask = ::umask(0);
  ASSERT_TRUE(files.lock(path, milliseconds(0)));
  ::umask(mask);
  struct stat made{};
  ASSERT_EQ(::stat(path.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777U, 0600U);
  if (::geteuid() != 0) return;
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    const bool became = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    ::_exit(became && ::open(path.c_str(), O_RDONLY) < 0 && errno == EACCES ? 0 : 1);
  }
  int status = -1;
  ::waitpid(stranger, &status, 0);
  EXPECT_EQ(status, 0) << "who can open it can hold it";
}

TEST(DirectoryFiles, NamesTheCommandThatHoldsALock) {
  const Folder folder;
  DirectoryFiles files;
  const auto path = folder / "network.lock";
  append(path, "");
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("flock", "flock", "--no-fork", path.c_str(), "sleep", "30", nullptr);
    ::_exit(127);
  }
  std::optional<std::string> holder;
  for (int i = 0; i < 500 && !(holder && holder->find("(sleep") != std::string::npos); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    holder = find_lock_holder(path);
  }
  const auto refused = files.lock(path, milliseconds(10));
  ::kill(child, SIGTERM);
  ::waitpid(child, nullptr, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_NE(refused.error().what.find("process " + std::to_string(child) + " (sleep 30)"), std::string::npos) << refused.error().what;
}

/// Runs `body` in a child with a mount namespace of its own and a tmpfs of 64 KiB on `folder`; its exit status.
int on_a_small_disk(const std::string& folder, const std::function<bool()>& body) {
  constexpr int kCannotMount = 77;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") != 0) {
      ::_exit(kCannotMount);
    }
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(DirectoryFiles, AFullDiskLeavesTheOldFileAndNothingElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount a small disk";
  const Folder folder;
  const int status = on_a_small_disk(folder.path(), [&] {
    DirectoryFiles files;
    const std::string old_bytes(8192, 'o');
    const std::string new_bytes(60000, 'n');
    bool good = files.write(folder / "interfaces", old_bytes).has_value();
    const auto refused = files.write(folder / "interfaces", new_bytes);
    good = good && !refused && refused.error().os_errno == ENOSPC && refused.error().code == Errc::unavailable;
    good = good && files.read(folder / "interfaces").value() == old_bytes;
    good = good && files.list(folder.path()).value() == std::vector<std::string>{"interfaces"};
    // And there is room again: nothing invisible stayed behind.
    return good && files.write(folder / "interfaces", std::string(40000, 'm')).has_value();
  });
  if (status == 77) GTEST_SKIP() << "no permission to mount here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace drawbridge::store
