#include "firewall/corosync.h"

#include <gtest/gtest.h>

namespace drawbridge::firewall {
namespace {

constexpr std::string_view kFile = R"(totem {
  version: 2
  ip_version: ipv4-6
  interface {
    linknumber: 0
  }
  interface {
    linknumber: 1
    mcastport: 6000
  }
}
nodelist {
  node {
    name: a
    nodeid: 1
    ring0_addr: 10.0.0.1
    ring1_addr: fd00::1
  }
  # the other
  node {
    name: b
    ring0_addr: b.example.org
    ring1_addr: fd00::2
  }
  node {
    name: c
    ring0_addr: nowhere
  }
}
)";

std::vector<IpAddress> resolve(const std::string& name) {
  if (name != "b.example.org") return {};
  return {*parse_ip("fd00::b"), *parse_ip("10.0.0.2")};
}

TEST(Corosync, LinksOfANode) {
  const auto links = cluster_links(read_corosync(kFile), "a", resolve);
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].port, 5405);
  ASSERT_EQ(links[0].peers.size(), 1U);
  EXPECT_EQ(links[0].peers[0].address, *parse_ip("10.0.0.2"));
  EXPECT_EQ(links[1].own, *parse_ip("fd00::1"));
  EXPECT_EQ(links[1].port, 6000);
  EXPECT_TRUE(cluster_links(read_corosync(kFile), "d", resolve).empty());
}

TEST(Corosync, AnythingAtAllIsRead) {
  EXPECT_EQ(read_corosync("}\n}\nname: x\n{\n{\n{\nring999_addr: x\n"), Corosync{});
  EXPECT_EQ(read_corosync("nodelist {\nnode {\nring_addr: x\n").nodes.size(), 1U);
}

}  // namespace
}  // namespace drawbridge::firewall
