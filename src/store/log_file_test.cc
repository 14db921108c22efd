#include "store/log_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace drawbridge::store {
namespace {

class LogFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "log-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::string folder;
};

TEST_F(LogFileTest, IsMadeWithItsFolderAtTheFirstLine) {
  LogFile log(folder + "/a/b.log");
  EXPECT_FALSE(std::filesystem::exists(log.path()));
  ASSERT_TRUE(log.append("one\n"));
  ASSERT_TRUE(log.append("two\nthree\n"));
  EXPECT_EQ(read(log.path()), "one\ntwo\nthree\n");
  struct stat state{};
  ASSERT_EQ(::stat(log.path().c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0640U);
}

TEST_F(LogFileTest, GoesOnInANewFileAfterRotation) {
  LogFile log(folder + "/b.log");
  ASSERT_TRUE(log.append("old\n"));
  std::filesystem::rename(log.path(), folder + "/b.log.1");
  ASSERT_TRUE(log.append("new\n"));
  EXPECT_EQ(read(folder + "/b.log.1"), "old\n");
  EXPECT_EQ(read(log.path()), "new\n");
}

TEST_F(LogFileTest, GoesOnAfterTheFileWasRemovedOrEmptied) {
  LogFile log(folder + "/b.log");
  ASSERT_TRUE(log.append("old\n"));
  std::filesystem::remove(log.path());
  ASSERT_TRUE(log.append("new\n"));
  EXPECT_EQ(read(log.path()), "new\n");
  std::filesystem::resize_file(log.path(), 0);
  ASSERT_TRUE(log.append("third\n"));
  EXPECT_EQ(read(log.path()), "third\n");
}

TEST_F(LogFileTest, DoesNotFollowALinkThatSomebodyLaid) {
  std::ofstream(folder + "/target") << "precious\n";
  std::filesystem::create_symlink(folder + "/target", folder + "/b.log");
  LogFile log(folder + "/b.log");
  EXPECT_FALSE(log.append("x\n"));
  EXPECT_EQ(read(folder + "/target"), "precious\n");
}

TEST_F(LogFileTest, TellsWhyItCannotWrite) {
  LogFile log(folder);
  const auto appended = log.append("x\n");
  ASSERT_FALSE(appended);
  EXPECT_NE(appended.error().what.find(folder), std::string::npos);
}

}  // namespace
}  // namespace drawbridge::store
