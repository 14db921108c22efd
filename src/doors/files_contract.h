// What doors::Files promises, as one suite for the directories of this machine and for the fake. Use:
//   INSTANTIATE_TYPED_TEST_SUITE_P(Directory, FilesContract, DirectoryWorld);
// A world gives files() and folder(), an existing folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "doors/files.h"

namespace drawbridge::doors {

template <class World>
class FilesContract : public testing::Test {
 protected:
  Files& files() { return world_.files(); }
  std::string path(const std::string& name) { return world_.folder() + "/" + name; }
  World world_;
};

TYPED_TEST_SUITE_P(FilesContract);

TYPED_TEST_P(FilesContract, ReadsWhatWasWritten) {
  const std::string bytes("auto lo\0\xff\r\n", 11);
  ASSERT_TRUE(this->files().write(this->path("interfaces"), bytes));
  EXPECT_EQ(this->files().read(this->path("interfaces")).value(), bytes);
}

TYPED_TEST_P(FilesContract, ReplacesAWholeFile) {
  ASSERT_TRUE(this->files().write(this->path("interfaces"), "a long old text"));
  ASSERT_TRUE(this->files().write(this->path("interfaces"), "new"));
  EXPECT_EQ(this->files().read(this->path("interfaces")).value(), "new");
  EXPECT_EQ(this->files().list(this->world_.folder()).value(), std::vector<std::string>{"interfaces"});
}

TYPED_TEST_P(FilesContract, KeepsAnEmptyFileApartFromNone) {
  ASSERT_TRUE(this->files().write(this->path("empty"), ""));
  EXPECT_EQ(this->files().read(this->path("empty")).value(), "");
  const auto none = this->files().read(this->path("none"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
  EXPECT_NE(none.error().what.find(this->path("none")), std::string::npos);
}

TYPED_TEST_P(FilesContract, MakesMissingFolders) {
  ASSERT_TRUE(this->files().write(this->path("a/b/c"), "deep"));
  EXPECT_EQ(this->files().read(this->path("a/b/c")).value(), "deep");
  EXPECT_EQ(this->files().list(this->path("a")).value(), std::vector<std::string>{"b"});
}

TYPED_TEST_P(FilesContract, RemovesFilesAndEmptyFolders) {
  ASSERT_TRUE(this->files().write(this->path("7/meta.json"), "{}"));
  ASSERT_TRUE(this->files().remove(this->path("7/meta.json")));
  ASSERT_TRUE(this->files().remove(this->path("7")));
  EXPECT_TRUE(this->files().list(this->world_.folder()).value().empty());
  EXPECT_TRUE(this->files().remove(this->path("7/meta.json"))) << "what is not there is removed";
}

TYPED_TEST_P(FilesContract, ListsNamesSorted) {
  for (const auto* name : {"b", "a", "10", "9"}) ASSERT_TRUE(this->files().write(this->path(name), name));
  EXPECT_EQ(this->files().list(this->world_.folder()).value(), (std::vector<std::string>{"10", "9", "a", "b"}));
  EXPECT_TRUE(this->files().list(this->path("nowhere")).value().empty());
}

TYPED_TEST_P(FilesContract, KnowsWhatCanBeRun) {
  ASSERT_TRUE(this->files().write(this->path("program"), "#!/bin/sh\n", 0755));
  ASSERT_TRUE(this->files().write(this->path("d/text"), "", 0644));
  EXPECT_TRUE(this->files().is_executable(this->path("program")));
  EXPECT_FALSE(this->files().is_executable(this->path("d/text")));
  EXPECT_FALSE(this->files().is_executable(this->path("d"))) << "a folder can be entered, not run";
  EXPECT_FALSE(this->files().is_executable(this->path("nowhere")));
}

TYPED_TEST_P(FilesContract, GlobsSortedAndWithoutHiddenNames) {
  for (const auto* name : {"d/b.cfg", "d/a.cfg", "d/.c.cfg", "d/e.old", "d/sub/f.cfg"})
    ASSERT_TRUE(this->files().write(this->path(name), ""));
  EXPECT_EQ(this->files().glob(this->path("d/*.cfg")), (std::vector<std::string>{this->path("d/a.cfg"), this->path("d/b.cfg")}));
  EXPECT_TRUE(this->files().glob(this->path("none/*")).empty());
}

TYPED_TEST_P(FilesContract, ALockIsHeldByOneAndNamesItsHolder) {
  const auto path = this->path("lock");
  auto first = this->files().lock(path, std::chrono::milliseconds(0));
  ASSERT_TRUE(first);
  const auto second = this->files().lock(path, std::chrono::milliseconds(30));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().what.find(path + " is held by process "), std::string::npos) << second.error().what;
  first->reset();
  EXPECT_TRUE(this->files().lock(path, std::chrono::milliseconds(0)));
}

TYPED_TEST_P(FilesContract, WaitsNoLongerThanTheDeadline) {
  ASSERT_TRUE(this->files().write(this->path("w/file"), "1"));
  const auto begin = this->world_.boot_time();
  const auto changed = this->files().wait_for_change(this->path("w"), begin + std::chrono::milliseconds(30));
  ASSERT_TRUE(changed);
  EXPECT_FALSE(*changed);
  EXPECT_GE(this->world_.boot_time(), begin + std::chrono::milliseconds(30));
  EXPECT_FALSE(this->files().wait_for_change(this->path("w"), std::chrono::nanoseconds(0)).value()) << "long past";
}

TYPED_TEST_P(FilesContract, NoticesAChangeWhileItWaits) {
  ASSERT_TRUE(this->files().write(this->path("w/file"), "1"));
  this->world_.soon([this] { EXPECT_TRUE(this->files().write(this->path("w/file"), "2")); });
  EXPECT_TRUE(this->files().wait_for_change(this->path("w"), this->world_.boot_time() + std::chrono::seconds(10)).value());
  this->world_.join();
  this->world_.soon([this] { EXPECT_TRUE(this->files().remove(this->path("w/file"))); });
  EXPECT_TRUE(this->files().wait_for_change(this->path("w"), this->world_.boot_time() + std::chrono::seconds(10)).value());
  this->world_.join();
}

REGISTER_TYPED_TEST_SUITE_P(FilesContract, ReadsWhatWasWritten, ReplacesAWholeFile, KeepsAnEmptyFileApartFromNone, MakesMissingFolders,
                            RemovesFilesAndEmptyFolders, ListsNamesSorted, KnowsWhatCanBeRun, GlobsSortedAndWithoutHiddenNames,
                            ALockIsHeldByOneAndNamesItsHolder, WaitsNoLongerThanTheDeadline, NoticesAChangeWhileItWaits);

}  // namespace drawbridge::doors
