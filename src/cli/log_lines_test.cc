#include "cli/log_lines.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

namespace drawbridge::cli {
namespace {

// Six hours apart each, from 1700000000 on.
constexpr const char* kOldest = "100 6 a 14/Nov/2023:22:13:20 +0000 one\n";
constexpr const char* kOlder = "0 6 b 15/Nov/2023:04:13:20 +0000 two\n101 6 b 15/Nov/2023:04:13:20 +0000 three\n";
constexpr const char* kNow = "100 6 c 15/Nov/2023:10:13:20 +0000 four\n    [NEW] of no guest\n100 6 c 15/Nov/2023:16:13:20 +0000 five";

class LogFiles : public testing::Test {
 protected:
  LogFiles() : folder_(std::filesystem::temp_directory_path() / ("log_lines." + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    path = (folder_ / "log").string();
    std::ofstream(path) << kNow;
    std::ofstream(path + ".1") << kOlder;
    gzFile packed = gzopen((path + ".2.gz").c_str(), "wb");
    gzputs(packed, kOldest);
    gzclose(packed);
  }
  ~LogFiles() override { std::filesystem::remove_all(folder_); }
  LogLines read(const LogWindow& window) const {
    const auto lines = read_log_lines(path, window);
    EXPECT_TRUE(lines) << lines.error().what;
    return lines.value_or(LogLines());
  }
  std::string path;

 private:
  std::filesystem::path folder_;
};

TEST_F(LogFiles, GivesAWindow) {
  EXPECT_EQ(read({}).total, 3U);
  const auto second = read({.vmid = {}, .start = 1, .limit = 1, .since = {}, .until = {}});
  EXPECT_EQ(second.total, 3U);
  EXPECT_EQ(second.window, std::vector<std::string>{"    [NEW] of no guest"});
  EXPECT_EQ(read({.vmid = 100, .start = 0, .limit = 0, .since = {}, .until = {}}).window.size(), 2U);
  EXPECT_EQ(read({.vmid = 10, .start = 0, .limit = 0, .since = {}, .until = {}}).total, 0U);
}

TEST_F(LogFiles, LooksIntoWhatWasPutAsideIfTimesAreAskedFor) {
  EXPECT_EQ(read({.vmid = {}, .start = 0, .limit = 0, .since = 0, .until = {}}).total, 6U);
  const auto middle = read({.vmid = {}, .start = 0, .limit = 0, .since = 1700000001, .until = 1700043200});
  ASSERT_EQ(middle.window.size(), 4U);  // two, three, four, and the line without a time behind it
  EXPECT_TRUE(middle.window.front().ends_with("two"));
  EXPECT_EQ(middle.window.back(), "    [NEW] of no guest");
}

TEST_F(LogFiles, WhatIsNotThereIsEmptyAndWhatIsDamagedIsTold) {
  EXPECT_EQ(read_log_lines(path + ".none", {})->total, 0U);
  std::ofstream(path + ".2.gz", std::ios::binary) << std::string("\x1f\x8b\x08\x00 nothing of the kind", 24);
  EXPECT_FALSE(read_log_lines(path, {.vmid = {}, .start = 0, .limit = 0, .since = 0, .until = {}}));
}

}  // namespace
}  // namespace drawbridge::cli
