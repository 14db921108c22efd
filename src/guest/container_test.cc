#include "guest/container.h"

#include <gtest/gtest.h>

namespace drawbridge::guest {
namespace {

ReadContainer container_of(const std::string& text) {
  return read_container(make_guest(parse_document(text, "g"), 100, Kind::lxc, "n").settings);
}

TEST(Container, HasWhatTheFileSays) {
  const auto [container, diagnostics] = container_of(
      "arch: amd64\ncores: 2\nhostname: web\nmemory: 1024\nmp1: /srv,mp=/srv/b,ro=1\nmp0: local:100/b.raw,mp=/var/a\n"
      "net0: name=eth0,bridge=vmbr0\nonboot: 1\nostype: debian\nrootfs: local:100/a.raw,size=8G\nstartup: order=3\nswap: 0\nunprivileged: "
      "1\n"
      "lxc.mount.entry: a\nlxc.mount.entry: b\n");
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(container.hostname, "web");
  EXPECT_EQ(container.memory_mib, 1024U);
  EXPECT_EQ(container.swap_mib, 0U);
  EXPECT_EQ(container.cores, 2U);
  EXPECT_TRUE(container.unprivileged);
  EXPECT_TRUE(container.onboot);
  EXPECT_EQ(container.startup.order, 3U);
  ASSERT_EQ(container.mounts.size(), 3U);
  EXPECT_EQ(container.mounts[0].volume, "local:100/a.raw");
  EXPECT_EQ(container.mounts[0].target, "/");
  EXPECT_EQ(container.mounts[1].target, "/var/a");
  EXPECT_EQ(container.mounts[2].options.at("ro"), "1");
  EXPECT_EQ(container.nics.at(0).name, "eth0");
  EXPECT_EQ(container.raw.size(), 2U);
}

TEST(Container, NamesThePlaceOfAMistake) {
  const auto [container, diagnostics] =
      container_of("hostname: a b\nmp0: local:1\nrootfs: size=8G\nswap: lots\nunprivileged: maybe\nnet0: nonsense\n");
  std::string places;
  for (const auto& finding : diagnostics) {
    EXPECT_FALSE(finding.hint.empty());
    places += format_location(finding.where) + "\n";
  }
  EXPECT_EQ(places, "g:1:11\ng:2:6\ng:3:9\ng:4:7\ng:5:15\n");
  EXPECT_TRUE(container.mounts.empty());
  EXPECT_EQ(container.swap_mib, 512U);
}

}  // namespace
}  // namespace drawbridge::guest
