// The kinds of interfaces beside bridges and cards, applied and asked back. Needs a kernel that has them all: the lab's machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

namespace json = boost::json;

constexpr const char* kAllKinds =
    "auto lo\niface lo inet loopback\n\n"
    "iface enp5s0 inet manual\n\n"
    "auto dummy0\niface dummy0 inet static\n\taddress 192.0.2.10/32\n\tlink-type dummy\n\n"
    "auto blue\niface blue inet manual\n\tvrf-table 1001\n\n"
    "auto bond0\niface bond0 inet manual\n\tbond-slaves enp5s0\n\tbond-miimon 100\n\tbond-mode active-backup\n\n"
    "auto bond0.100\niface bond0.100 inet static\n\taddress 203.0.113.5/24\n\tgateway 203.0.113.1\n\tvrf blue\n\n"
    "auto office\niface office inet manual\n\tvlan-id 200\n\tvlan-raw-device bond0\n\n"
    "auto vx100\niface vx100 inet manual\n\tvxlan-id 100\n\tvxlan-local-tunnelip 192.0.2.10\n\tvxlan-remoteip 192.0.2.11 192.0.2.12\n\n"
    "auto vmbr1\niface vmbr1 inet manual\n\tbridge-ports office vx100\n\tbridge-stp off\n\tbridge-fd 0\n";

class TypesLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    for (const char* kind : {"dummy", "bond", "vrf table 9", "vlan id 9"}) {
      const std::string link = std::string(kind).starts_with("vlan") ? " link enp5s0" : "";
      const auto answer = shell("ip link add probe0" + link + " type " + kind + " && ip link del probe0");
      if (!answer.empty()) GTEST_SKIP() << "this kernel lacks " << kind << ": " << answer;
    }
    node->tree().write(Tree::kInterfaces, kAllKinds);
    const auto up = node->run({"ifup", "-a"});
    ASSERT_EQ(up.exit, 0) << up.err;
  }
  /// By interface, what `ifquery -c` says of it.
  std::map<std::string, json::object> checked() const {
    std::map<std::string, json::object> all;
    const json::value document = json::parse(node->run({"ifquery", "-a", "-c", "-o", "json"}).out);
    for (const auto& one : document.as_array()) all.emplace(one.at("name").as_string(), one.as_object());
    return all;
  }
  static std::string status(const json::object& one, const char* option) {
    return std::string(one.at("config_status").at(option).as_string());
  }

  std::unique_ptr<Node> node;
};

TEST_F(TypesLab, WhatWasAppliedIsAsTheFileSays) {
  const auto all = checked();
  EXPECT_EQ(all.size(), 8U);
  for (const auto& [name, one] : all) EXPECT_EQ(one.at("status").as_string(), "pass") << json::serialize(one);
  const auto again = node->run({"ifreload", "-a"});
  EXPECT_EQ(again.exit, 0) << again.err;
}

TEST_F(TypesLab, WhatDriftedIsNamed) {
  shell("ip link set bond0 type bond miimon 500; bridge fdb del 00:00:00:00:00:00 dev vx100 dst 192.0.2.12; ip link set office nomaster");
  shell("ip address del 192.0.2.10/32 dev dummy0; ip link set bond0.100 nomaster");
  const auto all = checked();
  EXPECT_EQ(status(all.at("bond0"), "bond-miimon"), "fail");
  EXPECT_EQ(status(all.at("bond0"), "bond-mode"), "pass");
  EXPECT_EQ(status(all.at("vx100"), "vxlan-remoteip"), "fail");
  EXPECT_EQ(status(all.at("vx100"), "vxlan-id"), "pass");
  EXPECT_EQ(status(all.at("dummy0"), "address"), "fail");
  EXPECT_EQ(status(all.at("bond0.100"), "vrf"), "fail");
  EXPECT_EQ(status(all.at("vmbr1"), "bridge-ports"), "fail");
  EXPECT_EQ(node->run({"ifreload", "-a"}).exit, 0);
  for (const auto& [name, one] : checked()) EXPECT_EQ(one.at("status").as_string(), "pass") << json::serialize(one);
}

TEST_F(TypesLab, TheKernelAsStanzas) {
  const auto running = node->run({"ifquery", "-r", "bond0", "bond0.100", "office", "vx100", "blue", "dummy0"});
  EXPECT_EQ(running.exit, 0) << running.err;
  EXPECT_THAT(running.out, HasSubstr("bond-mode active-backup\n"));
  EXPECT_THAT(running.out, HasSubstr("bond-slaves enp5s0\n"));
  EXPECT_THAT(running.out, HasSubstr("iface bond0.100\n\taddress 203.0.113.5/24\n"));
  EXPECT_THAT(running.out, HasSubstr("vlan-id 200\n"));
  EXPECT_THAT(running.out, HasSubstr("vlan-raw-device bond0\n"));
  EXPECT_THAT(running.out, HasSubstr("vxlan-id 100\n"));
  EXPECT_THAT(running.out, HasSubstr("vrf-table 1001\n"));
  EXPECT_THAT(running.out, HasSubstr("link-type dummy\n"));
}

}  // namespace
}  // namespace drawbridge::e2e
