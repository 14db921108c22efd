#include "server/login_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace drawbridge::server {
namespace {

using Place = LoginLine::Place;

class LoginLines : public testing::Test {
 protected:
  Place enter(const std::string& client, const std::string& user, bool at_home = false) {
    const Attempting who{client, user, at_home};
    return line_.enter(who, [this, who] { begun_.push_back(who); });
  }
  /// The first of those that began, and is at it, ends.
  void end_first() {
    const Attempting who = begun_.at(ended_++);
    line_.leave(who);
  }
  std::size_t working() const { return begun_.size() - ended_; }

  LoginLine line_;
  std::vector<Attempting> begun_;
  std::size_t ended_ = 0;
};

TEST_F(LoginLines, OneClientHasTwoAtOnceAndSixInLine) {
  for (int i = 0; i < 8; ++i) EXPECT_EQ(enter("a", "u" + std::to_string(i) + "@pve"), Place::taken) << i;
  EXPECT_EQ(working(), 2U);
  EXPECT_EQ(enter("a", "anna@pve"), Place::too_many_of_client);
  EXPECT_EQ(enter("b", "anna@pve"), Place::taken);
  EXPECT_EQ(working(), 3U) << "others pass";
  for (int i = 0; i < 9; ++i) end_first();
  EXPECT_EQ(begun_.size(), 9U);
  EXPECT_EQ(line_.running(), 0U);
  EXPECT_EQ(line_.waiting(), 0U);
}

TEST_F(LoginLines, WhatHangsInPamHoldsNoOthers) {
  for (int i = 0; i < 30; ++i) EXPECT_EQ(enter("c" + std::to_string(i), "u" + std::to_string(i) + "@pam"), Place::taken);
  EXPECT_EQ(working(), 6U);
  EXPECT_EQ(enter("d", "anna@pve"), Place::taken);
  EXPECT_EQ(working(), 7U);
}

TEST_F(LoginLines, OneUsersNameHasTwoAtOnce) {
  for (int i = 0; i < 10; ++i) enter("c" + std::to_string(i), "root@pam");
  EXPECT_EQ(working(), 2U);
}

TEST_F(LoginLines, AFloodFillsTheLineAndTheOneAtHomePasses) {
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += enter("c" + std::to_string(i), "root@pam") == Place::too_many ? 1 : 0;
  EXPECT_EQ(refused, 1000 - 2 - 64);
  for (int i = 0; i < 1000; ++i) enter("c" + std::to_string(i), "u" + std::to_string(i) + "@pve");
  EXPECT_EQ(enter("home", "root@pam", true), Place::taken);
  EXPECT_EQ(begun_.back().client, "home") << "at once";
  EXPECT_EQ(enter("home", "root@pam", true), Place::taken);
  EXPECT_EQ(enter("home", "root@pam", true), Place::taken);
  EXPECT_EQ(line_.waiting(), 65U);
  const auto at_home = [&] { return std::ranges::count(begun_, "home", &Attempting::client); };
  end_first();
  EXPECT_EQ(at_home(), 2) << "of one client at once";
  line_.leave({"home", "root@pam", true});
  EXPECT_EQ(at_home(), 3) << "before all that stood there earlier";
}

}  // namespace
}  // namespace drawbridge::server
