#include "store/folder_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

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

}  // namespace
}  // namespace drawbridge::store
