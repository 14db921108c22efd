// ifquery about files; the comparison with a kernel is in ifupdown_lab_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;

namespace json = boost::json;

class IfQuery : public testing::Test {
 protected:
  IfQuery() { tree.write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\niface vmbr1 inet manual\n\tbridge_ports none\n"); }
  Tree tree;
};

TEST_F(IfQuery, PrintsStanzas) {
  const auto all = tree.run({"ifquery", "-a"});
  EXPECT_EQ(all.exit, 0) << all.err;
  EXPECT_EQ(all.out,
            "auto lo\niface lo inet loopback\n\n"
            "auto vmbr0\niface vmbr0 inet static\n\taddress 100.64.0.102/22\n\tgateway 100.64.0.1\n\tbridge-ports enp5s0\n"
            "\tbridge-stp off\n\tbridge-fd 0\n\n");
}

TEST_F(IfQuery, OneInterface) {
  EXPECT_EQ(tree.run({"ifquery", "vmbr1"}).out, "iface vmbr1 inet manual\n\tbridge-ports none\n\n");
  EXPECT_EQ(tree.run({"ifquery", "-x", "vmbr1"}).out, "iface vmbr1 inet manual\n\tbridge_ports none\n\n");
  const auto unknown = tree.run({"ifquery", "vmbr9"});
  EXPECT_EQ(unknown.exit, 1);
  EXPECT_THAT(unknown.err, HasSubstr("vmbr9"));
}

TEST_F(IfQuery, AsDocument) {
  const auto document = tree.run({"ifquery", "-a", "-o", "json"});
  EXPECT_EQ(document.exit, 0);
  const auto list = json::parse(document.out).as_array();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].at("name").as_string(), "vmbr0");
  EXPECT_EQ(list[1].at("addr_method").as_string(), "static");
  EXPECT_EQ(list[1].at("addr_family").as_string(), "inet");
  EXPECT_TRUE(list[1].at("auto").as_bool());
  EXPECT_EQ(list[1].at("config").at("bridge-ports").as_string(), "enp5s0");
}

TEST_F(IfQuery, ListsAndExcludes) {
  EXPECT_EQ(tree.run({"ifquery", "-l"}).out, "enp5s0\nlo\nvmbr0\nvmbr1\n");
  EXPECT_EQ(tree.run({"ifquery", "-l", "-a"}).out, "lo\nvmbr0\n");
  EXPECT_EQ(tree.run({"ifquery", "-l", "-a", "-X", "lo"}).out, "vmbr0\n");
  EXPECT_EQ(tree.run({"ifquery", "-l", "vmbr*"}).out, "vmbr0\nvmbr1\n");
}

TEST_F(IfQuery, Dependencies) {
  EXPECT_EQ(tree.run({"ifquery", "vmbr0", "-w", "-p", "list"}).out, "enp5s0 : None\nvmbr0 : enp5s0\n");
  EXPECT_EQ(tree.run({"ifquery", "vmbr0", "-p", "dot"}).out, "digraph interfaces {\n  \"vmbr0\" -> \"enp5s0\";\n}\n");
}

TEST_F(IfQuery, OptionsThatOnlyOthersNeedAreTaken) {
  const auto plain = tree.run({"ifquery", "-a"});
  const auto full = tree.run({"ifquery", "-a", "-d", "--perfmode", "--nocache", "-t", "native", "-T", "iface", "--nldebug"});
  EXPECT_EQ(full.exit, 0) << full.err;
  EXPECT_EQ(full.out, plain.out);
  EXPECT_THAT(tree.run({"ifquery", "-V"}).out, HasSubstr("drawbridge "));
  EXPECT_THAT(tree.run({"ifquery", "-s"}).out, HasSubstr("bridge-ports\n"));
}

TEST_F(IfQuery, TheEnvironmentOfTheBootService) {
  EXPECT_EQ(tree.run({"ifquery", "--read-environment", "-l", "-a"}, {.environment = {"EXCLUDE_INTERFACES=lo"}}).out, "vmbr0\n");
  EXPECT_EQ(tree.run({"ifquery", "-l", "-a"}, {.environment = {"EXCLUDE_INTERFACES=lo"}}).out, "lo\nvmbr0\n");
}

TEST_F(IfQuery, ADocumentIsReadBack) {
  const auto document = tree.run({"ifquery", "-a", "-o", "json"});
  tree.write("interfaces.json", document.out);
  const auto again = tree.run({"ifquery", "-a", "-o", "json", "-t", "json", "-i", tree.path("interfaces.json")});
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(again.out, document.out);
  for (const char* bad :
       {"nonsense", "{}", "[1]", "[{\"auto\":true}]", "[{\"name\":\"a\",\"config\":{\"up\":[[]]}}]", "[{\"name\":\"a\\nauto b\"}]"}) {
    tree.write("interfaces.json", bad);
    const auto refused = tree.run({"ifquery", "-a", "-t", "json", "-i", tree.path("interfaces.json")});
    EXPECT_EQ(refused.exit, 1) << bad;
    EXPECT_THAT(refused.err, HasSubstr("interfaces.json: error: ")) << bad;
  }
}

TEST_F(IfQuery, TheSavedStateIsTheLastAppliedFile) { EXPECT_EQ(tree.run({"ifquery", "-a", "--print-savedstate"}).out, ""); }

TEST_F(IfQuery, NamesAndClassesTogether) {
  tree.write(Tree::kInterfaces, "allow-hotplug e1\niface e1 inet manual\niface e2 inet manual\n");
  EXPECT_EQ(tree.run({"ifquery", "-l", "--allow=hotplug", "e1", "e2"}).out, "e1\n");
}

TEST_F(IfQuery, DependenciesOfTheOthers) {
  EXPECT_EQ(tree.run({"ifup", "vmbr0", "-w", "-p", "list"}).out, "enp5s0 : None\nvmbr0 : enp5s0\n");
  EXPECT_EQ(tree.run({"ifdown", "vmbr0", "-p", "dot"}).out, "digraph interfaces {\n  \"vmbr0\" -> \"enp5s0\";\n}\n");
}

TEST_F(IfQuery, UnknownOptionsAreRefused) {
  for (const char* command : {"ifup", "ifdown", "ifreload", "ifquery"}) EXPECT_EQ(tree.run({command, "-a", "--jobs"}).exit, 2) << command;
  EXPECT_EQ(tree.run({"ifreload", "-a", "-i", "file"}).exit, 2);
  EXPECT_EQ(tree.run({"ifup", "-a", "-c"}).exit, 2);
}

TEST_F(IfQuery, WrongUse) {
  EXPECT_EQ(tree.run({"ifquery"}).exit, 2);
  EXPECT_EQ(tree.run({"ifquery", "-a", "-o", "xml"}).exit, 2);
}

TEST(IfReload, SyntaxCheck) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  EXPECT_EQ(tree.run({"ifreload", "-a", "-s"}).exit, 0);
  tree.write(Tree::kInterfaces, "auto vmbr0\niface vmbr0 inet static\n\taddress nonsense\n");
  const auto bad = tree.run({"ifreload", "-a", "-s"});
  EXPECT_EQ(bad.exit, 1);
  EXPECT_THAT(bad.err, HasSubstr("interfaces:3:10: error: "));
}

}  // namespace
}  // namespace drawbridge::e2e
