// set, create, delete, revert.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace json = boost::json;

class Edit : public testing::Test {
 protected:
  Edit() { tree.write(Tree::kInterfaces, kDefaultInterfaces); }
  Tree tree;
};

TEST_F(Edit, SetTouchesOnlyItsLinesAndPrintsThem) {
  const auto set = tree.run({"network", "set", "vmbr0", "cidr=100.64.0.103/22"});
  EXPECT_EQ(set.exit, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("-\taddress 100.64.0.102/22\n+\taddress 100.64.0.103/22\n"));
  EXPECT_EQ(tree.read(Tree::kPending), with(kDefaultInterfaces, "100.64.0.102", "100.64.0.103"));
  EXPECT_EQ(tree.read(Tree::kInterfaces), kDefaultInterfaces);
}

TEST_F(Edit, EditsAddUp) {
  EXPECT_EQ(tree.run({"network", "set", "vmbr0", "mtu=9000"}).exit, 0);
  EXPECT_EQ(tree.run({"network", "set", "vmbr0", "cidr=100.64.0.103/22"}).exit, 0);
  EXPECT_THAT(tree.read(Tree::kPending), HasSubstr("mtu 9000"));
  EXPECT_THAT(tree.read(Tree::kPending), HasSubstr("address 100.64.0.103/22"));
}

TEST_F(Edit, DeletesKeys) {
  const auto set = tree.run({"network", "set", "vmbr0", "--delete", "gateway"});
  EXPECT_EQ(set.exit, 0) << set.err;
  EXPECT_EQ(tree.read(Tree::kPending), with(kDefaultInterfaces, "\tgateway 100.64.0.1\n", ""));
}

TEST_F(Edit, ValuesMayFollowDeletedKeys) {
  const auto set = tree.run({"network", "set", "vmbr0", "--delete", "gateway", "mtu=9000"});
  EXPECT_EQ(set.exit, 0) << set.err;
  EXPECT_THAT(tree.read(Tree::kPending), HasSubstr("mtu 9000"));
  EXPECT_EQ(tree.read(Tree::kPending).find("gateway"), std::string::npos);
}

TEST_F(Edit, AsDocument) {
  const auto set = tree.run({"network", "set", "vmbr0", "mtu=9000", "--json"});
  EXPECT_EQ(set.exit, 0) << set.err;
  const auto document = json::parse(set.out).as_object();
  EXPECT_TRUE(document.at("changed").as_bool());
  EXPECT_TRUE(document.at("pending").as_bool());
  EXPECT_THAT(std::string(document.at("diff").as_string()), HasSubstr("+\tmtu 9000\n"));
  EXPECT_EQ(document.at("digest").as_string().size(), 64U);
}

TEST_F(Edit, SettingWhatIsSoChangesNothing) {
  const auto set = tree.run({"network", "set", "vmbr0", "gateway=100.64.0.1"});
  EXPECT_EQ(set.exit, 0) << set.err;
  EXPECT_THAT(set.out, IsEmpty());
  EXPECT_FALSE(tree.has(Tree::kPending));
}

TEST_F(Edit, CreateAndDelete) {
  const auto create = tree.run({"network", "create", "bridge", "vmbr1", "cidr=10.1.0.1/24", "autostart=1"});
  EXPECT_EQ(create.exit, 0) << create.err;
  EXPECT_THAT(create.out, HasSubstr("+iface vmbr1 inet static\n"));
  EXPECT_EQ(tree.run({"network", "check", "--pending"}).exit, 0);
  EXPECT_EQ(tree.run({"network", "create", "bridge", "vmbr1"}).exit, 3);
  const auto gone = tree.run({"network", "delete", "vmbr1"});
  EXPECT_EQ(gone.exit, 0) << gone.err;
  EXPECT_EQ(tree.run({"network", "show", "--json"}).out.find("vmbr1"), std::string::npos);
}

TEST_F(Edit, RefusesBadValues) {
  const std::vector<std::vector<std::string>> bad{{"cidr=10.0.0.1/33"}, {"mtu=12"},           {"bridge_ports=eth0\npost-up reboot"},
                                                  {"comments=\x01"},    {"bridge_ports=a/b"}, {"no_such_key=1"},
                                                  {"gateway=::1"}};
  for (const auto& words : bad) {
    std::vector<std::string> line{"network", "set", "vmbr0"};
    line.insert(line.end(), words.begin(), words.end());
    const auto set = tree.run(line);
    EXPECT_EQ(set.exit, 3) << words.front() << set.out << set.err;
    EXPECT_THAT(set.err, HasSubstr("error: "));
    EXPECT_FALSE(tree.has(Tree::kPending)) << words.front();
  }
  const auto document = tree.run({"network", "set", "vmbr0", "mtu=12", "--json"});
  EXPECT_EQ(json::parse(document.out).at("errors").at(0).at("parameter").as_string(), "mtu");
}

TEST_F(Edit, WrongUse) {
  EXPECT_EQ(tree.run({"network", "set", "vmbr0"}).exit, 2);
  EXPECT_EQ(tree.run({"network", "set", "vmbr0", "mtu"}).exit, 2);
  EXPECT_EQ(tree.run({"network", "set", "vmbr0", "mtu=1500", "mtu=9000"}).exit, 2);
  EXPECT_EQ(tree.run({"network", "create", "tunnel", "x"}).exit, 2);
}

TEST_F(Edit, UnknownInterfaces) {
  EXPECT_EQ(tree.run({"network", "set", "vmbr9", "mtu=9000"}).exit, 3);
  EXPECT_EQ(tree.run({"network", "delete", "vmbr9"}).exit, 3);
}

TEST_F(Edit, AStaleDigestIsAConflict) {
  const std::string digest(json::parse(tree.run({"network", "diff", "--json"}).out).at("digest").as_string());
  EXPECT_EQ(tree.run({"network", "set", "vmbr0", "mtu=9000", "--digest", digest}).exit, 0);
  const std::string pending = tree.read(Tree::kPending);
  const auto late = tree.run({"network", "set", "vmbr0", "mtu=1400", "--digest", digest});
  EXPECT_EQ(late.exit, 4);
  EXPECT_THAT(late.err, HasSubstr("error: "));
  EXPECT_EQ(tree.read(Tree::kPending), pending);
}

TEST_F(Edit, Revert) {
  tree.run({"network", "set", "vmbr0", "mtu=9000"});
  ASSERT_TRUE(tree.has(Tree::kPending));
  EXPECT_EQ(tree.run({"network", "revert"}).exit, 0);
  EXPECT_FALSE(tree.has(Tree::kPending));
  EXPECT_EQ(tree.run({"network", "revert", "--json"}).out, "{\"reverted\":false}\n");
}

TEST_F(Edit, EditingBackLeavesNothingPending) {
  tree.run({"network", "set", "vmbr0", "cidr=100.64.0.103/22"});
  const auto back = tree.run({"network", "set", "vmbr0", "cidr=100.64.0.102/22"});
  EXPECT_EQ(back.exit, 0) << back.err;
  EXPECT_FALSE(tree.has(Tree::kPending));
}

}  // namespace
}  // namespace drawbridge::e2e
