#include "store/folder_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace drawbridge::store {
namespace {

std::string make_folder() {
  std::string pattern = testing::TempDir() + "watch-XXXXXX";
  EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
  return pattern;
}

bool is_readable(const FolderWatch& watch) {
  pollfd wait{watch.descriptor(), POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1;
}

TEST(FolderWatch, TellsOfWritesReplacementsAndRemovals) {
  const auto folder = make_folder();
  auto watch = FolderWatch::open({folder, folder + "/not-there"}).value();
  EXPECT_FALSE(is_readable(watch));
  EXPECT_FALSE(watch.drain());
  std::ofstream(folder + "/a") << "one";
  EXPECT_TRUE(is_readable(watch));
  EXPECT_TRUE(watch.drain());
  EXPECT_FALSE(is_readable(watch));
  std::filesystem::rename(folder + "/a", folder + "/b");
  EXPECT_TRUE(watch.drain());
  std::filesystem::remove(folder + "/b");
  EXPECT_TRUE(watch.drain());
}

TEST(FolderWatch, AFileThatStaysOpenIsToldOfOnRequest) {
  const auto folder = make_folder();
  auto closed = FolderWatch::open({folder}).value();
  auto every = FolderWatch::open({folder}, FolderWatch::Of::every_write).value();
  std::ofstream log(folder + "/a");
  log << "one" << std::flush;
  EXPECT_FALSE(closed.drain());
  EXPECT_TRUE(every.drain());
}

TEST(FolderWatch, ReadingIsNoChange) {
  const auto folder = make_folder();
  std::ofstream(folder + "/a") << "one";
  auto watch = FolderWatch::open({folder}).value();
  std::ifstream(folder + "/a").get();
  EXPECT_FALSE(watch.drain());
}

/// A file system that doesn't tell: writing by another name of the file is told by inotify neither.
TEST(FolderWatch, SilentFoldersAreLookedAt) {
  const auto folder = make_folder();
  const auto elsewhere = make_folder();
  std::ofstream(elsewhere + "/a") << "one";
  const auto silent = [&](const std::string& path) { return path == folder; };
  auto watch = FolderWatch::open({folder}, FolderWatch::Of::closed_files, {silent, std::chrono::milliseconds(20)}).value();
  const auto next = [&] {
    FolderChanges changes;
    for (int tries = 0; tries < 500 && !changes.any(); ++tries) {
      pollfd wait{watch.descriptor(), POLLIN, 0};
      ::poll(&wait, 1, 20);
      changes = watch.take();
    }
    return changes.paths;
  };
  const std::set<std::string, std::less<>> told{folder + "/a"};
  std::filesystem::create_hard_link(elsewhere + "/a", folder + "/a");
  EXPECT_EQ(next(), told) << "a new file";
  std::ofstream(elsewhere + "/a") << "longer";
  EXPECT_EQ(next(), told) << "a changed one";
  pollfd wait{watch.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 1000), 1) << "it is looked at again";
  EXPECT_FALSE(watch.take().any()) << "nothing has changed";
}

TEST(FolderWatch, FoldersThatTellAreNotLookedAt) {
  const auto folder = make_folder();
  EXPECT_FALSE(is_on_fuse(folder));
  const auto watch = FolderWatch::open({folder}).value();
  pollfd wait{watch.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 100), 0) << "idle wakes nobody";
}

/// In a mount namespace of this thread's own; false: this machine gives none.
bool mount_over(const std::string& folder) {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("watched", folder.c_str(), "tmpfs", 0, nullptr) == 0;
}

TEST(FolderWatch, AFileSystemThatIsMountedLaterIsNoticed) {
  const auto folder = make_folder();
  const auto other = make_folder();
  std::filesystem::create_directory(folder + "/within");
  // The table of mounts is that of whoever opens it.
  std::thread([&] {
    if (!mount_over(other)) GTEST_SKIP() << "no mount namespace here";
    auto watch = FolderWatch::open({folder, folder + "/within"}).value();
    ASSERT_EQ(::mount("else", other.c_str(), "tmpfs", 0, nullptr), 0);
    EXPECT_TRUE(is_readable(watch));
    EXPECT_FALSE(watch.drain()) << "nothing of ours";
    EXPECT_FALSE(is_readable(watch));
    ASSERT_EQ(::mount("watched", folder.c_str(), "tmpfs", 0, nullptr), 0);
    EXPECT_TRUE(is_readable(watch));
    EXPECT_TRUE(watch.take().everything);
    EXPECT_FALSE(watch.drain());
    std::ofstream(folder + "/a") << "one";
    EXPECT_EQ(watch.take().paths, (std::set<std::string, std::less<>>{folder + "/a"})) << "it is watched, too";
    ASSERT_EQ(::umount2(folder.c_str(), MNT_DETACH), 0);
    EXPECT_TRUE(watch.take().everything);
    std::ofstream(folder + "/within/b") << "one";
    EXPECT_TRUE(watch.drain());
  }).join();
}

}  // namespace
}  // namespace drawbridge::store
