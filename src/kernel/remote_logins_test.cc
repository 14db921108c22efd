#include "kernel/remote_logins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drawbridge::kernel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSession = "203.0.113.9 50000 192.0.2.1 22";

TEST(RemoteLogins, RootsShellIsRoots) {
  const auto logins = logins_of({{1, {0, 0, "", ""}}, {10, {1, 0, kSession, "/dev/pts/3"}}, {11, {10, 0, kSession, "/dev/pts/3"}}});
  ASSERT_THAT(logins, SizeIs(1));
  EXPECT_EQ(format_ip(logins[0].session.peer), "203.0.113.9");
  EXPECT_EQ(logins[0].session.local_port, 22);
  EXPECT_TRUE(logins[0].is_root);
  EXPECT_THAT(logins[0].terminals, ElementsAre("/dev/pts/3"));
}

TEST(RemoteLogins, SudoLosesTheVariableButNotItsParent) {
  const ProcessFacts shell{1, 1000, kSession, "/dev/pts/3"};
  EXPECT_FALSE(logins_of({{10, shell}}).front().is_root);
  EXPECT_TRUE(logins_of({{10, shell}, {11, {10, 1000, kSession, ""}}, {12, {11, 0, "", "/dev/pts/4"}}}).front().is_root);
}

TEST(RemoteLogins, WhoHasNoSessionIsNotHereFromAfar) {
  EXPECT_THAT(logins_of({{1, {0, 0, "", ""}}, {10, {1, 0, "", "/dev/pts/3"}}, {11, {12, 0, "", ""}}, {12, {11, 0, "", ""}}}), IsEmpty());
  EXPECT_THAT(logins_of({{10, {1, 0, "nonsense", ""}}}), IsEmpty());
}

}  // namespace
}  // namespace drawbridge::kernel
