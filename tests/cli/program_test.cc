// Exit codes, streams and documents of the verbs that need no kernel.
#include "tests/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

namespace json = boost::json;

constexpr const char* kBroken =
    "auto vmbr0\n"
    "iface vmbr0 inet static\n"
    "\taddress 10.0.0.300/24\n"
    "\tbridge-ports none\n";

/// A kernel with the NIC of the default configuration, and nothing configured.
constexpr const char* kFreshKernel = R"({"links": [
  {"name": "lo", "index": 1, "loopback": true, "ethernet": false, "up": true, "carrier": true, "operstate": "unknown", "mtu": 65536},
  {"name": "enp5s0", "index": 2, "mac": "02:00:00:00:05:00", "mtu": 1500, "operstate": "down"}]})";

TEST(Program, TellsItsVersionAndExplainsItself) {
  EXPECT_THAT(run({"--version"}).out, MatchesRegex("drawbridge [0-9.]+\n"));
  const auto help = run({"network", "plan", "--help"});
  EXPECT_EQ(help.exit, 0);
  EXPECT_THAT(help.out, HasSubstr("Usage: drawbridge network plan [--against FILE]"));
  EXPECT_THAT(help.err, IsEmpty());
}

TEST(Program, WrongUseIsExit2WithACure) {
  const auto unknown = run({"network", "shwo"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.out, IsEmpty());
  EXPECT_THAT(unknown.err, HasSubstr("drawbridge: error: unknown command \"shwo\""));
  EXPECT_EQ(run({}).exit, 2);
  EXPECT_EQ(run({"network"}).exit, 2);
  EXPECT_EQ(run({"network", "show", "a", "b"}).exit, 2);
  EXPECT_EQ(run({"network", "apply", "--confirm-within", "soon"}).exit, 2);
  EXPECT_THAT(run({"network", "show", "--agianst", "x"}).err, HasSubstr("unknown option --agianst"));
}

TEST(Program, WrongUseIsADocumentToo) {
  const auto unknown = run({"network", "shwo", "--json"});
  EXPECT_EQ(unknown.exit, 2);
  const auto error = json::parse(unknown.out).at("errors").at(0);
  EXPECT_EQ(error.at("code").as_string(), "usage");
  EXPECT_EQ(error.at("severity").as_string(), "error");
}

TEST(Program, AFullDiskIsNotSuccess) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  const std::string line = std::string(DRAWBRIDGE_PROGRAM) + " network format " + tree.path(Tree::kInterfaces) + " >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 4);
}

TEST(Show, TheDefaultConfiguration) {
  Tree tree;
  tree.write("node", kDefaultInterfaces);
  const auto text = run({"network", "show", tree.path("node")});
  EXPECT_EQ(text.exit, 0);
  EXPECT_THAT(text.err, IsEmpty());
  expect_golden(text.out, "cli/default-show.txt");
  const auto document = run({"network", "show", "--json", tree.path("node")});
  EXPECT_EQ(document.exit, 0);
  expect_golden(document.out, "cli/default-show.json");
}

TEST(Show, WithoutFileItIsThePendingOneIfThereIsOne) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  EXPECT_THAT(tree.run({"network", "show"}).out, HasSubstr("100.64.0.102/22"));
  tree.write(Tree::kPending, with(kDefaultInterfaces, "100.64.0.102", "100.64.0.103"));
  const auto pending = tree.run({"network", "show"});
  EXPECT_THAT(pending.out, HasSubstr("100.64.0.103/22"));
  EXPECT_THAT(pending.err, HasSubstr("pending"));
  EXPECT_THAT(tree.run({"-q", "network", "show"}).err, IsEmpty());
}

TEST(Show, SourcedFilesAreMeantBelowTheRoot) {
  Tree tree;
  tree.write(Tree::kInterfaces, "source /etc/network/interfaces.d/*\n");
  tree.write("etc/network/interfaces.d/guests", "auto vmbr7\niface vmbr7 inet manual\n\tbridge-ports none\n");
  const auto shown = tree.run({"network", "show", "--json"});
  EXPECT_EQ(shown.exit, 0);
  EXPECT_EQ(json::parse(shown.out).at("vmbr7").at("type").as_string(), "bridge");
}

TEST(Show, ErrorsAreToldAndTheRestIsShown) {
  Tree tree;
  tree.write("broken", kBroken);
  const auto shown = run({"network", "show", "--json", tree.path("broken")});
  EXPECT_EQ(shown.exit, 3);
  EXPECT_TRUE(json::parse(shown.out).as_object().contains("vmbr0"));
  EXPECT_THAT(shown.err, HasSubstr(tree.path("broken") + ":3:10: error: "));
}

TEST(Show, NoFileIsAnEmptyListNotAnError) {
  Tree tree;
  const auto shown = tree.run({"network", "show", "--json"});
  EXPECT_EQ(shown.exit, 0);
  EXPECT_TRUE(json::parse(shown.out).is_object());
}

TEST(Show, AMissingFileIsBadInput) {
  const auto shown = run({"network", "show", "/nowhere/interfaces"});
  EXPECT_EQ(shown.exit, 3);
  EXPECT_THAT(shown.err, StartsWith("/nowhere/interfaces: error: "));
  EXPECT_THAT(shown.out, IsEmpty());
}

TEST(Format, GivesBackEveryByte) {
  Tree tree;
  const std::string bytes = std::string("auto lo\r\n\tstray \\\n\xff\0 x\n\n#no end", 32);
  tree.write("bytes", bytes);
  const auto formatted = run({"network", "format", tree.path("bytes")});
  EXPECT_EQ(formatted.exit, 0);
  EXPECT_EQ(formatted.out, bytes);
}

TEST(Format, NormaliseIsStable) {
  Tree tree;
  tree.write("old",
             "iface vmbr0 inet static\n  address 10.0.0.1\n  netmask 255.255.255.0\n  bridge_ports eth0\n  bridge_stp off\nauto vmbr0\n");
  const auto once = run({"network", "format", "--normalise", tree.path("old")});
  EXPECT_EQ(once.exit, 0);
  EXPECT_THAT(once.out, HasSubstr("\taddress 10.0.0.1/24\n"));
  EXPECT_THAT(once.out, HasSubstr("\tbridge-ports eth0\n"));
  tree.write("new", once.out);
  EXPECT_EQ(run({"network", "format", "--normalise", tree.path("new")}).out, once.out);
}

TEST(Check, SaysWhereAndHow) {
  Tree tree;
  tree.write("broken", kBroken);
  const auto checked = run({"network", "check", tree.path("broken")});
  EXPECT_EQ(checked.exit, 3);
  EXPECT_THAT(checked.err, HasSubstr(tree.path("broken") + ":3:10: error: "));
  EXPECT_THAT(checked.err, HasSubstr("hint: "));
  EXPECT_THAT(checked.out, HasSubstr("1 error"));
}

TEST(Check, AsDocument) {
  Tree tree;
  tree.write("broken", kBroken);
  const auto checked = run({"network", "check", "--json", tree.path("broken")});
  EXPECT_EQ(checked.exit, 3);
  const auto findings = json::parse(checked.out).as_array();
  ASSERT_FALSE(findings.empty());
  for (const char* key : {"file", "line", "column", "severity", "code", "message", "hint"}) {
    EXPECT_TRUE(findings.front().as_object().contains(key)) << key;
  }
  EXPECT_EQ(findings.front().at("line").as_int64(), 3);
  EXPECT_EQ(findings.front().at("severity").as_string(), "error");
}

TEST(Check, AGoodFileIsExit0AndAnEmptyArray) {
  Tree tree;
  tree.write("good", kDefaultInterfaces);
  EXPECT_EQ(run({"network", "check", tree.path("good")}).exit, 0);
  EXPECT_EQ(run({"network", "check", "--json", tree.path("good")}).out, "[]\n");
}

TEST(Check, ThePendingFile) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  EXPECT_EQ(tree.run({"network", "check", "--pending"}).exit, 3);
  tree.write(Tree::kPending, kBroken);
  const auto checked = tree.run({"network", "check", "--pending"});
  EXPECT_EQ(checked.exit, 3);
  EXPECT_THAT(checked.err, HasSubstr("interfaces.new:3:10: error: "));
}

TEST(Check, FaultsThatTheContractNames) {
  Tree tree;
  struct Case {
    const char* name;
    std::string text;
  };
  const std::vector<Case> cases{
      {"unknown keyword", "autoo lo\n"},
      {"port in two bridges",
       "auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports eth0\nauto vmbr1\niface vmbr1 inet manual\n\tbridge-ports eth0\n"},
      {"name of 16 bytes", "auto abcdefghijklmnop\niface abcdefghijklmnop inet manual\n\tbridge-ports none\n"},
      {"broken prefix", "auto vmbr0\niface vmbr0 inet static\n\taddress 10.0.0.1/33\n\tbridge-ports none\n"},
  };
  for (const Case& fault : cases) {
    tree.write("f", fault.text);
    const auto checked = run({"network", "check", tree.path("f")});
    EXPECT_EQ(checked.exit, 3) << fault.name << checked.err;
    EXPECT_THAT(checked.err, HasSubstr(tree.path("f") + ":")) << fault.name;
  }
}

TEST(Diff, Exit1IfThereIsOne) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  const auto none = tree.run({"network", "diff"});
  EXPECT_EQ(none.exit, 0);
  EXPECT_THAT(none.out, IsEmpty());
  tree.write(Tree::kPending, with(kDefaultInterfaces, "100.64.0.102", "100.64.0.103"));
  const auto some = tree.run({"network", "diff"});
  EXPECT_EQ(some.exit, 1);
  EXPECT_THAT(some.out, HasSubstr("-\taddress 100.64.0.102/22\n+\taddress 100.64.0.103/22\n"));
  const auto document = tree.run({"network", "diff", "--json"});
  EXPECT_EQ(document.exit, 1);
  EXPECT_TRUE(json::parse(document.out).at("pending").as_bool());
}

TEST(Plan, OfTheDefaultConfigurationOnAFreshKernel) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  tree.write("kernel.json", kFreshKernel);
  const auto text = tree.run({"network", "plan", "--against", tree.path("kernel.json")});
  EXPECT_EQ(text.exit, 0) << text.err;
  expect_golden(with(text.out, tree.root(), ""), "cli/default-plan.txt");
  const auto document = tree.run({"network", "plan", "--json", "--against", tree.path("kernel.json")});
  EXPECT_EQ(document.exit, 0);
  expect_golden(with(document.out, tree.root(), ""), "cli/default-plan.json");
}

TEST(Plan, IsExactlyTheDocumentOfTheContract) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  tree.write("kernel.json", kFreshKernel);
  const auto plan = json::parse(tree.run({"network", "plan", "--json", "--against", tree.path("kernel.json")}).out).as_array();
  ASSERT_FALSE(plan.empty());
  for (const auto& operation : plan) {
    EXPECT_EQ(operation.as_object().size(), 5U);
    EXPECT_TRUE(operation.at("op").is_string());
    EXPECT_TRUE(operation.at("object").is_string());
    EXPECT_TRUE(operation.at("detail").is_string());
    EXPECT_EQ(operation.at("why").at("file").as_string(), tree.path(Tree::kInterfaces));
    EXPECT_GT(operation.at("why").at("line").as_int64(), 0);
    EXPECT_TRUE(operation.at("disruptive").is_bool());
  }
}

TEST(Plan, AMissingNicIsAWarning) {
  Tree tree;
  tree.write(Tree::kInterfaces, with(kDefaultInterfaces, "enp5s0", "enp6s0"));
  tree.write("kernel.json", kFreshKernel);
  const auto plan = tree.run({"network", "plan", "--against", tree.path("kernel.json")});
  EXPECT_EQ(plan.exit, 0) << plan.err;
  EXPECT_THAT(plan.err, HasSubstr("warning: "));
  EXPECT_THAT(plan.err, HasSubstr("enp6s0"));
}

TEST(Plan, ATypeThatCannotBeAppliedIsAWarning) {
  Tree tree;
  tree.write(Tree::kInterfaces, std::string(kDefaultInterfaces) + "\nauto bond0\niface bond0 inet manual\n\tbond-slaves enp6s0\n");
  tree.write("kernel.json", kFreshKernel);
  const auto plan = tree.run({"network", "plan", "--against", tree.path("kernel.json")});
  EXPECT_EQ(plan.exit, 0) << plan.err;
  EXPECT_THAT(plan.err, HasSubstr("bond0"));
}

TEST(Plan, ABrokenFileIsExit3) {
  Tree tree;
  tree.write(Tree::kInterfaces, kBroken);
  tree.write("kernel.json", kFreshKernel);
  const auto plan = tree.run({"network", "plan", "--json", "--against", tree.path("kernel.json")});
  EXPECT_EQ(plan.exit, 3);
  EXPECT_FALSE(json::parse(plan.out).at("errors").as_array().empty());
}

TEST(Plan, ABrokenSnapshotSaysWhere) {
  Tree tree;
  tree.write(Tree::kInterfaces, kDefaultInterfaces);
  tree.write("kernel.json", "{\"links\": [\n  {\"nmae\": \"lo\"}]}");
  const auto plan = tree.run({"network", "plan", "--against", tree.path("kernel.json")});
  EXPECT_EQ(plan.exit, 3);
  EXPECT_THAT(plan.err, HasSubstr(tree.path("kernel.json") + ":2:"));
}

TEST(History, IsEmptyAtFirst) {
  Tree tree;
  EXPECT_EQ(tree.run({"network", "history", "--json"}).out, "[]\n");
  EXPECT_EQ(tree.run({"network", "rollback", "seven"}).exit, 2);
  EXPECT_EQ(tree.run({"network", "rollback", "7"}).exit, 3);
}

TEST(Transaction, NothingIsOpen) {
  Tree tree;
  EXPECT_EQ(tree.run({"network", "confirm"}).exit, 1);
  EXPECT_EQ(tree.run({"network", "rollback"}).exit, 1);
  EXPECT_EQ(tree.run({"network", "recover"}).exit, 0);
}

}  // namespace
}  // namespace drawbridge::e2e
