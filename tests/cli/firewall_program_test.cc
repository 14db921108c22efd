// firewall check, rules, options, alias, ipset, group, macros, localnet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <ctime>

#include "tests/cli/program.h"

namespace drawbridge::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace json = boost::json;

constexpr const char* kCluster = "etc/pve/firewall/cluster.fw";
constexpr const char* kHost = "etc/pve/nodes/pve1/host.fw";
constexpr const char* kGuest = "etc/pve/firewall/100.fw";
constexpr const char* kVnet = "etc/pve/sdn/firewall/web.fw";

constexpr const char* kClusterText =
    "[OPTIONS]\n\nenable: 1\n\n"
    "[ALIASES]\n\noffice 192.0.2.0/24 # the house\n\n"
    "[IPSET lan]\n\n!10.0.0.9\n10.0.0.0/8\n\n"
    "[RULES]\n\nGROUP web -i vmbr0\nIN ACCEPT -source +lan\n\n"
    "[group web] # front ends\n\n# both\nIN HTTP(ACCEPT)\nIN HTTPS(ACCEPT) -source office\n";

constexpr const char* kGuestText =
    "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nGROUP web\n# admins\nIN SSH(ACCEPT) -source office -log info # from there\n|OUT DROP -p tcp "
    "-dport 25\n";

class Firewall : public testing::Test {
 protected:
  Firewall() {
    tree.write(kCluster, kClusterText);
    tree.write(kGuest, kGuestText);
  }
  Finished run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--node", "pve1", "firewall"});
    return tree.run(std::move(words));
  }
  json::value document(std::vector<std::string> words) const {
    words.emplace_back("--json");
    return json::parse(run(std::move(words)).out);
  }
  std::string without_root(const std::string& text) const { return with(text, tree.root(), ""); }
  Tree tree;
};

TEST_F(Firewall, CheckReadsAllFilesOfTheNode) {
  EXPECT_EQ(run({"check"}).exit, 0);
  tree.write(kHost, "[RULES]\nIN ACCEPT -p tcp -dport 99999\n");
  tree.write(kVnet, "[RULES]\nFORWARD DORP\n");
  tree.write("etc/pve/firewall/101.fw", "[RULES]\nIN ACCEPT -i eth0\n");
  tree.write("etc/pve/nodes/pve2/lxc/101.conf", "hostname: elsewhere\n");
  const auto check = run({"check"});
  EXPECT_EQ(check.exit, 3);
  EXPECT_THAT(without_root(check.err),
              HasSubstr("/etc/pve/nodes/pve1/host.fw:2:25: error: '99999' is no port [port-invalid]\n    hint: ports are 0 to 65535"));
  EXPECT_THAT(without_root(check.err), HasSubstr("/etc/pve/sdn/firewall/web.fw:2:9: error: this rule blocks nothing"));
  EXPECT_THAT(check.err, Not(HasSubstr("101.fw")));
  const auto findings = document({"check"}).as_array();
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].at("code").as_string(), "port-invalid");
}

TEST_F(Firewall, ListsRulesForPeopleAndPrograms) {
  const auto list = run({"rules", "guest", "100"});
  EXPECT_EQ(list.exit, 0) << list.err;
  expect_golden(list.out, "cli/firewall-rules.txt");
  const auto rules = document({"rules", "guest", "100", "list"}).as_array();
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].at("type").as_string(), "group");
  EXPECT_EQ(rules[1].at("macro").as_string(), "SSH");
  EXPECT_EQ(rules[1].at("ipversion").as_int64(), 4);
  EXPECT_EQ(rules[1].at("comment").as_string(), "from there");
  EXPECT_EQ(rules[2].at("enable").as_int64(), 0);
  EXPECT_EQ(rules[2].at("digest"), rules[0].at("digest"));
}

TEST_F(Firewall, AWrongRuleIsListedWithItsErrorsAndCanBeMended) {
  tree.write(kHost, "[RULES]\nIN ACCEPT -dport 80\n");
  const auto list = run({"rules", "node", "--json"});
  EXPECT_EQ(list.exit, 3);
  const auto errors = json::parse(list.out).at(0).at("errors").as_object();
  EXPECT_TRUE(errors.contains("proto"));
  EXPECT_TRUE(errors.contains("dport"));
  EXPECT_EQ(run({"rules", "node", "set", "0", "--proto", "tcp"}).exit, 0);
  EXPECT_EQ(tree.read(kHost), "[RULES]\nIN ACCEPT -p tcp -dport 80\n");
}

TEST_F(Firewall, RulesAreAddedChangedMovedAndDeleted) {
  const auto add = run({"rules", "guest", "100", "add", "in", "https(accept)", "--source", "+lan", "--pos", "1"});
  EXPECT_EQ(add.exit, 0) << add.err;
  EXPECT_THAT(add.out, HasSubstr("+IN HTTPS(ACCEPT) -source +lan\n"));
  EXPECT_THAT(tree.read(kGuest), HasSubstr("GROUP web\nIN HTTPS(ACCEPT) -source +lan\n# admins\n"));
  EXPECT_EQ(run({"rules", "guest", "100", "set", "2", "--disable", "--log", "-", "--comment", "off now"}).exit, 0);
  EXPECT_THAT(tree.read(kGuest), HasSubstr("# admins\n|IN SSH(ACCEPT) -source office # off now\n"));
  EXPECT_EQ(run({"rules", "guest", "100", "move", "0", "99"}).exit, 0);
  EXPECT_EQ(run({"rules", "guest", "100", "delete", "0"}).exit, 0);
  EXPECT_EQ(
      tree.read(kGuest),
      "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\n# admins\n|IN SSH(ACCEPT) -source office # off now\n|OUT DROP -p tcp -dport 25\nGROUP web\n");
  EXPECT_EQ(run({"rules", "vnet", "web", "add", "FORWARD DROP -source 10.0.0.0/8"}).exit, 0);
  EXPECT_EQ(tree.read(kVnet), "[RULES]\n\nFORWARD DROP -source 10.0.0.0/8\n\n");
}

TEST_F(Firewall, WhatWouldNotBeUnderstoodIsNotWritten) {
  const std::string before = tree.read(kGuest);
  const auto bad = run({"rules", "guest", "100", "add", "IN", "ACCEPT", "--dport", "80", "--json"});
  EXPECT_EQ(bad.exit, 3);
  EXPECT_EQ(json::parse(bad.out).at("errors").at(0).at("parameter").as_string(), "proto");
  EXPECT_EQ(run({"rules", "guest", "100", "add", "IN", "ACCEPT", "--source", "+nosuch"}).exit, 3);
  EXPECT_EQ(run({"rules", "guest", "100", "add", "IN", "ACCEPT", "--comment", "a\nIN DROP"}).exit, 3);
  EXPECT_EQ(run({"rules", "guest", "100", "add", "IN", "ACCEPT", "--source", "10.0.0.1 -log info"}).exit, 3);
  EXPECT_EQ(run({"rules", "guest", "100", "add", "FORWARD DROP"}).exit, 3);
  EXPECT_EQ(run({"rules", "guest", "100", "delete", "3"}).exit, 3);
  EXPECT_EQ(run({"rules", "guest", "100", "delete", "x"}).exit, 2);
  EXPECT_EQ(run({"rules", "guest", "12", "list"}).exit, 2);
  EXPECT_EQ(run({"rules", "group", "nosuch", "add", "IN DROP"}).exit, 3);
  EXPECT_EQ(run({"rules", "guest", "100", "delete", "0", "--digest", "0123"}).exit, 4);
  EXPECT_EQ(run({"options", "guest", "100", "enable=perhaps"}).exit, 3);
  EXPECT_EQ(run({"ipset", "datacenter", "add", "lan", "10.0.0.1-10.0.0.9"}).exit, 3);
  EXPECT_EQ(run({"ipset", "node", "list"}).exit, 2);
  EXPECT_EQ(tree.read(kGuest), before);
  EXPECT_EQ(tree.read(kCluster), kClusterText);
}

TEST_F(Firewall, OptionsAreSetAndTakenOut) {
  EXPECT_EQ(run({"options", "guest", "100", "macfilter=no", "log_level_in=info"}).exit, 0);
  EXPECT_EQ(run({"options", "guest", "100", "set", "dhcp=0", "--delete", "enable"}).exit, 0);
  EXPECT_THAT(tree.read(kGuest), HasSubstr("[OPTIONS]\n\ndhcp: 0\nlog_level_in: info\nmacfilter: 0\n\n[RULES]"));
  const auto options = document({"options", "guest", "100"}).as_object();
  EXPECT_EQ(options.at("macfilter").as_int64(), 0);
  EXPECT_EQ(options.at("log_level_in").as_string(), "info");
  EXPECT_FALSE(options.contains("enable"));
  EXPECT_THAT(run({"options", "datacenter"}).out, HasSubstr("policy_out             ACCEPT"));
}

TEST_F(Firewall, ANameInUseIsNotDeletedUnlessForced) {
  const auto refused = run({"group", "delete", "web"});
  EXPECT_EQ(refused.exit, 4);
  EXPECT_THAT(without_root(refused.err), HasSubstr("/etc/pve/firewall/cluster.fw:16: error: the group 'web' is used here"));
  EXPECT_THAT(without_root(refused.err), HasSubstr("/etc/pve/firewall/100.fw:7: error: the group 'web' is used here"));
  EXPECT_EQ(run({"alias", "datacenter", "delete", "office"}).exit, 4);
  EXPECT_EQ(run({"ipset", "datacenter", "delete", "lan"}).exit, 4);
  EXPECT_EQ(tree.read(kCluster), kClusterText);
  EXPECT_EQ(run({"ipset", "datacenter", "delete", "lan", "--force"}).exit, 0);
  EXPECT_THAT(tree.read(kCluster), Not(HasSubstr("lan]")));
}

TEST_F(Firewall, ARenamedGroupTakesItsUsersAlong) {
  tree.write(kVnet, "[RULES]\nGROUP web\n");
  const auto renamed = run({"group", "rename", "web", "Front", "--json"});
  EXPECT_EQ(renamed.exit, 0) << renamed.err;
  EXPECT_EQ(json::parse(renamed.out).at("files").as_array().size(), 3U);
  EXPECT_THAT(tree.read(kCluster), HasSubstr("GROUP front -i vmbr0\n"));
  EXPECT_THAT(tree.read(kCluster), HasSubstr("[group front] # front ends\n\n# both\n"));
  EXPECT_THAT(tree.read(kCluster), Not(HasSubstr("web")));
  EXPECT_THAT(tree.read(kGuest), HasSubstr("GROUP front\n"));
  EXPECT_EQ(tree.read(kVnet), "[RULES]\nGROUP front\n");
  EXPECT_EQ(run({"check"}).exit, 0);
}

/// For whoever is started meanwhile, no file can be longer.
class FilesOfAtMost {
 public:
  explicit FilesOfAtMost(rlim_t bytes) : before_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit less{bytes, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &less);
  }
  ~FilesOfAtMost() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    ::signal(SIGXFSZ, before_);
  }
  FilesOfAtMost(const FilesOfAtMost&) = delete;
  FilesOfAtMost& operator=(const FilesOfAtMost&) = delete;

 private:
  sighandler_t before_;
  rlimit limit_{};
};

TEST_F(Firewall, ARenameThatCantBeWrittenEverywhereIsWrittenNowhere) {
  std::string long_text = kGuestText;
  for (int line = 0; line < 3000; ++line) long_text += "GROUP web\n";  // the trial's mark, with this in it, still fits
  tree.write(kGuest, long_text);
  for (const std::vector<std::string>& trial : {std::vector<std::string>{}, {"--confirm-within", "30"}}) {
    std::vector<std::string> words{"group", "rename", "web", "frontfrontfront"};
    words.insert(words.end(), trial.begin(), trial.end());
    const auto failed = [&] {
      const FilesOfAtMost limit(50'000);
      return run(words);
    }();
    EXPECT_EQ(failed.exit, 4) << failed.out << failed.err;
    EXPECT_THAT(failed.err, HasSubstr("all files are as before"));
    EXPECT_EQ(tree.read(kCluster), kClusterText);
    EXPECT_EQ(tree.read(kGuest), long_text);
    EXPECT_FALSE(tree.has("var/lib/drawbridge/firewall/trial.json"));
  }
}

TEST_F(Firewall, SetsAndAliases) {
  EXPECT_EQ(run({"ipset", "guest", "100", "create", "ipfilter-net0", "--comment", "own"}).exit, 0);
  EXPECT_EQ(run({"ipset", "guest", "100", "add", "ipfilter-net0", "10.0.0.7/32", "!fd00::1", "office"}).exit, 0);
  EXPECT_EQ(run({"ipset", "guest", "100", "remove", "ipfilter-net0", "office"}).exit, 0);
  EXPECT_THAT(tree.read(kGuest), HasSubstr("[IPSET ipfilter-net0] # own\n\n!fd00::1\n10.0.0.7\n\n[RULES]"));
  const auto entries = document({"ipset", "guest", "100", "show", "ipfilter-net0"}).as_array();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].at("nomatch").as_int64(), 1);
  EXPECT_EQ(document({"ipset", "guest", "100", "list"}).at(0).at("comment").as_string(), "own");
  EXPECT_EQ(run({"alias", "datacenter", "add", "Backup", "fd00::/8"}).exit, 0);
  EXPECT_EQ(run({"alias", "datacenter", "add", "backup", "fd01::/16"}).exit, 4);
  EXPECT_EQ(run({"alias", "datacenter", "set", "backup", "fd02::/16", "--comment", "x"}).exit, 0);
  const auto aliases = document({"alias", "datacenter", "list"}).as_array();
  ASSERT_EQ(aliases.size(), 2U);
  EXPECT_EQ(aliases[0].at("name").as_string(), "Backup");
  EXPECT_EQ(aliases[0].at("ipversion").as_int64(), 6);
}

TEST_F(Firewall, LocalnetAndMacros) {
  tree.write("etc/hosts", "127.0.0.1 localhost\n203.0.113.9 pve1\n");
  tree.write("etc/pve/corosync.conf",
             "nodelist {\n  node {\n    name: pve1\n    ring0_addr: 203.0.113.9\n  }\n  node {\n    name: pve2\n    ring0_addr: "
             "203.0.113.10\n  }\n}\n");
  EXPECT_EQ(run({"localnet"}).out,
            "local hostname: pve1\nlocal IP address: 203.0.113.9\nnetwork auto detect: (none)\nusing detected local_network: (none)\n\n"
            "accepting corosync traffic from/to:\n - pve2: 203.0.113.10 (link: 0)\n");
  EXPECT_EQ(run({"alias", "datacenter", "add", "local_network", "203.0.113.0/24"}).exit, 0);
  EXPECT_THAT(run({"localnet"}).out, HasSubstr("using user defined local_network: 203.0.113.0/24\n"));
  EXPECT_EQ(document({"macros"}).as_array().size(), 88U);
}

TEST_F(Firewall, CompileTellsEachRuleOfAFileByItsLine) {
  tree.write("etc/pve/nodes/pve1/qemu-server/100.conf", "net0: virtio=BC:24:11:00:00:01,bridge=vmbr7,firewall=1\n");
  const auto compiled = run({"compile"});
  EXPECT_EQ(compiled.exit, 0) << compiled.err;
  EXPECT_THAT(compiled.out, HasSubstr("table bridge drawbridge"));
  EXPECT_THAT(compiled.out, HasSubstr("table inet drawbridge"));
  EXPECT_THAT(compiled.out, HasSubstr("tap100i0"));
  EXPECT_THAT(compiled.out, HasSubstr("vmbr7"));
  EXPECT_THAT(without_root(compiled.out), HasSubstr("100.fw:9"));
  EXPECT_THAT(compiled.out, HasSubstr("log prefix \":100:6:tap100i0-IN: ACCEPT: #100.fw:9\" group 0")) << "the log names the rule";
  EXPECT_TRUE(document({"compile"}).at("enabled").as_bool());
}

TEST_F(Firewall, CompileLeavesOutWhatIsNotUnderstoodAndSaysSo) {
  tree.write("etc/pve/nodes/pve1/qemu-server/100.conf", "net0: virtio=BC:24:11:00:00:01,bridge=vmbr7,firewall=1\n");
  tree.write(kGuest, "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -dport 80\nIN ACCEPT -p tcp -dport 81\n");
  const auto compiled = run({"compile"});
  EXPECT_EQ(compiled.exit, 0);
  EXPECT_THAT(without_root(compiled.err), HasSubstr("100.fw:4:"));
  EXPECT_THAT(without_root(compiled.out), Not(HasSubstr("100.fw:4")));
  EXPECT_THAT(without_root(compiled.out), HasSubstr("100.fw:5"));
}

TEST_F(Firewall, CompileSaysThatTheFirewallIsOff) {
  tree.write(kCluster, "");
  const auto compiled = run({"compile"});
  EXPECT_EQ(compiled.exit, 0);
  EXPECT_THAT(compiled.err, HasSubstr("the firewall is off"));
  EXPECT_THAT(compiled.out, Not(HasSubstr("hook")));
  EXPECT_THAT(run({"simulate", "--from", "outside", "--to", "host"}).err, HasSubstr("the firewall is off"));
}

TEST_F(Firewall, SimulateNamesTheRuleThatDecides) {
  tree.write("etc/pve/nodes/pve1/qemu-server/100.conf", "net0: virtio=BC:24:11:00:00:01,bridge=vmbr7,firewall=1\n");
  const auto let_in = run({"simulate", "--from", "outside", "--to", "vm100", "--source", "192.0.2.7", "--dport", "22"});
  EXPECT_EQ(let_in.exit, 0) << let_in.err;
  EXPECT_THAT(let_in.out, testing::EndsWith("ACTION: ACCEPT\n"));
  const auto told = document({"simulate", "--from", "outside", "--to", "vm100", "--source", "192.0.2.7", "--dport", "22"});
  EXPECT_EQ(told.at("action").as_string(), "ACCEPT");
  EXPECT_EQ(told.at("rule").at("line").as_int64(), 9);
  const auto kept_out = run({"simulate", "--from", "outside", "--to", "vm100", "--source", "198.51.100.7", "--dport", "22"});
  EXPECT_THAT(kept_out.out, testing::EndsWith("ACTION: DROP\n"));
  EXPECT_EQ(run({"simulate", "--from", "outside", "--to", "vm100", "--dport", "22", "--expect", "ACCEPT"}).exit, 1);
  EXPECT_EQ(run({"simulate", "--from", "nowhere", "--to", "vm100"}).exit, 3);
  EXPECT_EQ(run({"simulate", "--to", "vm100", "--vlan", "4095"}).exit, 3);
  tree.write(kGuest, "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -dport 80\n");
  EXPECT_THAT(without_root(run({"simulate", "--to", "vm100"}).err), HasSubstr("100.fw:4:")) << "what is not in force is told";
}

TEST(Simulate, KnowsIcmpByNameAndTrialsThatAreOver) {
  Tree tree;
  const auto simulate = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--node", "pve1", "firewall", "simulate", "--to", "host"});
    return tree.run(std::move(words));
  };
  tree.write(kCluster,
             "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p icmp -icmp-type echo-request\nIN ACCEPT -p icmpv6 -icmp-type echo-request\n");
  EXPECT_EQ(simulate({"--proto", "icmp", "--icmp-type", "echo-request", "--expect", "ACCEPT"}).exit, 0);
  EXPECT_EQ(simulate({"--proto", "icmp", "--icmp-type", "8", "--expect", "ACCEPT"}).exit, 0);
  EXPECT_EQ(simulate({"--proto", "icmp", "--icmp-type", "timestamp-request", "--expect", "DROP"}).exit, 0);
  EXPECT_EQ(simulate({"--proto", "icmpv6", "--icmp-type", "echo-request", "--expect", "ACCEPT"}).exit, 0);
  const Finished wrong = simulate({"--proto", "icmp", "--icmp-type", "router-advertisment"});
  EXPECT_EQ(wrong.exit, 3);
  EXPECT_THAT(wrong.err, HasSubstr("no ICMP type"));
  tree.write(kCluster, "[OPTIONS]\nenable: 1000000000\n");
  const Finished over = simulate({"--dport", "81", "--expect", "ACCEPT"});
  EXPECT_EQ(over.exit, 0) << over.out;
  EXPECT_THAT(over.err, HasSubstr("the trial"));
  EXPECT_THAT(tree.run({"--node", "pve1", "--json", "firewall", "compile"}).out, HasSubstr("\"enabled\":false"));
  EXPECT_THAT(tree.run({"--node", "pve1", "firewall", "status"}).out, HasSubstr("disabled/"));
}

constexpr const char* kOff = "[OPTIONS]\n\nenable: 0\n";

struct Lockout : testing::Test {
  Lockout() { tree.write(kCluster, kOff); }
  Finished from_afar(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--node", "pve1", "firewall"});
    return tree.run(std::move(words), {.environment = {"SSH_CONNECTION=203.0.113.9 50000 192.0.2.1 22"}});
  }
  Tree tree;
};

TEST_F(Lockout, WhoWouldBeCutOffIsToldBeforeAnythingIsWritten) {
  const Finished refused = from_afar({"options", "datacenter", "enable=1"});
  EXPECT_EQ(refused.exit, 4) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("203.0.113.9 could not reach port 22"));
  EXPECT_THAT(refused.err, HasSubstr("ipset datacenter add management 203.0.113.9"));
  EXPECT_EQ(tree.read(kCluster), kOff);
}

TEST_F(Lockout, TheCureCures) {
  EXPECT_EQ(from_afar({"ipset", "datacenter", "create", "management"}).exit, 0);
  EXPECT_EQ(from_afar({"ipset", "datacenter", "add", "management", "203.0.113.9"}).exit, 0);
  EXPECT_EQ(from_afar({"options", "datacenter", "enable=1"}).exit, 0);
  // From now on it must stay in.
  const Finished refused = from_afar({"ipset", "datacenter", "remove", "management", "203.0.113.9"});
  EXPECT_EQ(refused.exit, 4) << refused.err;
  const Finished rule = from_afar({"rules", "node", "add", "IN DROP -p tcp -dport 22"});
  EXPECT_EQ(rule.exit, 4) << rule.err;
  EXPECT_THAT(rule.err, HasSubstr("host.fw:"));
  EXPECT_EQ(from_afar({"rules", "node", "add", "IN DROP -p tcp -dport 23"}).exit, 0);
}

TEST_F(Lockout, WhoInsistsAndWhoSitsAtTheConsoleMay) {
  EXPECT_EQ(from_afar({"options", "datacenter", "enable=1", "--force"}).exit, 0);
  // Who can't get in now has nothing to lose.
  EXPECT_EQ(from_afar({"rules", "node", "add", "IN DROP -p tcp -dport 22"}).exit, 0);
  tree.write(kCluster, kOff);
  EXPECT_EQ(tree.run({"--node", "pve1", "firewall", "options", "datacenter", "enable=1"}).exit, 0);
}

constexpr const char* kDropped = "IN DROP -p tcp -dport 23";

TEST_F(Lockout, WhatNobodyConfirmsIsUndone) {
  const Finished undone = from_afar({"--json", "rules", "node", "add", kDropped, "--confirm-within", "1"});
  EXPECT_EQ(undone.exit, 5) << undone.err;
  EXPECT_THAT(undone.out, HasSubstr("\"outcome\":\"rolled-back\""));
  EXPECT_FALSE(tree.has(kHost));
  EXPECT_EQ(from_afar({"confirm"}).exit, 1);
  EXPECT_EQ(from_afar({"rollback"}).exit, 1);
}

TEST_F(Lockout, WhatIsConfirmedStays) {
  const Finished saved = from_afar({"--json", "rules", "node", "add", kDropped, "--confirm-within", "60", "--no-wait"});
  EXPECT_EQ(saved.exit, 0) << saved.err;
  EXPECT_THAT(saved.out, HasSubstr("\"outcome\":\"awaiting\""));
  EXPECT_THAT(from_afar({"status"}).err, HasSubstr("unless \"drawbridge firewall confirm\""));
  EXPECT_EQ(from_afar({"confirm"}).exit, 0);
  EXPECT_THAT(tree.read(kHost), HasSubstr(kDropped));
}

TEST_F(Lockout, WhileAChangeWaitsNobodyElseEditsItsFile) {
  EXPECT_EQ(from_afar({"rules", "node", "add", kDropped, "--confirm-within", "60", "--no-wait"}).exit, 0);
  const Finished refused = from_afar({"rules", "node", "add", "IN DROP -p tcp -dport 24"});
  EXPECT_EQ(refused.exit, 4);
  EXPECT_THAT(refused.err, HasSubstr("waits for its confirmation"));
  EXPECT_EQ(from_afar({"rules", "node", "add", "IN DROP -p tcp -dport 24", "--confirm-within", "9"}).exit, 4);
  EXPECT_EQ(from_afar({"options", "datacenter", "policy_out=DROP"}).exit, 0) << "another file";
  const std::string edited = tree.read(kHost) + "# by hand\n";
  tree.write(kHost, edited);
  const Finished undone = from_afar({"rollback"});
  EXPECT_EQ(undone.exit, 0) << undone.err;
  EXPECT_THAT(undone.err, HasSubstr("edited-meanwhile"));
  EXPECT_EQ(tree.read(kHost), edited);
}

/// What the REST interface asks for: the guest of a path is there, and of its kind.
TEST_F(Firewall, AGuestOfAKindMustBeThere) {
  tree.write("etc/pve/nodes/pve1/qemu-server/100.conf", "cores: 1\n");
  EXPECT_EQ(run({"rules", "qemu", "100"}).out, run({"rules", "guest", "100"}).out);
  for (const auto* verb : {"rules", "options", "alias", "ipset", "refs"}) {
    const auto wrong = run({verb, "lxc", "100"});
    EXPECT_EQ(wrong.exit, 3) << verb;
    EXPECT_THAT(wrong.err, HasSubstr("Configuration file 'nodes/pve1/lxc/100.conf' does not exist")) << verb;
  }
  const std::string before = tree.read(kGuest);
  EXPECT_EQ(run({"options", "lxc", "100", "enable=0"}).exit, 3);
  EXPECT_EQ(tree.read(kGuest), before);
}

TEST_F(Firewall, ADryRunWritesNothing) {
  const std::string before = tree.read(kCluster);
  const auto changes = document({"options", "datacenter", "enable=0", "policy_in=ACCEPT", "--dry-run"});
  EXPECT_TRUE(changes.at("changed").as_bool());
  EXPECT_THAT(std::string(changes.at("diff").as_string()), HasSubstr("+policy_in: ACCEPT"));
  EXPECT_TRUE(changes.at("refusal").is_null());
  EXPECT_FALSE(changes.at("turns_on").as_bool());
  EXPECT_EQ(tree.read(kCluster), before);
  tree.write(kCluster, "[OPTIONS]\nenable: 0\n");
  const auto on = document({"options", "datacenter", "enable=1", "-n"});
  EXPECT_TRUE(on.at("turns_on").as_bool());
  EXPECT_EQ(on.at("warnings").at(0).at("code").as_string(), "no-administrators");
  EXPECT_EQ(tree.read(kCluster), "[OPTIONS]\nenable: 0\n");
}

TEST_F(Firewall, ASwitchAboveOneIsOnForAMinute) {
  const auto now = static_cast<std::int64_t>(::time(nullptr));
  EXPECT_EQ(run({"options", "datacenter", "enable=2"}).exit, 0);
  const auto until = document({"options", "datacenter"}).at("enable").as_int64();
  EXPECT_GE(until, now);
  EXPECT_LE(until, now + 30);
}

TEST_F(Firewall, RefsAreWhatRulesMayName) {
  tree.write(kGuest, std::string(kGuestText) + "[ALIASES]\nme 192.0.2.7\n[IPSET own]\nme\n");
  std::string refs;
  const auto listed = document({"refs", "guest", "100"});
  for (const auto& ref : listed.as_array())
    refs += std::string(ref.at("scope").as_string()) + " " + std::string(ref.at("ref").as_string()) + ", ";
  EXPECT_EQ(refs, "dc local_network, dc office, guest me, dc +lan, dc +management, guest +own, ");
  const auto sets = document({"refs", "datacenter", "--type", "ipset"}).as_array();
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_EQ(sets[0].at("type").as_string(), "ipset");
  EXPECT_EQ(run({"refs", "datacenter", "more"}).exit, 2);
}

TEST_F(Firewall, WrongNamesAreToldByParameter) {
  const auto parameter = [&](std::vector<std::string> words) {
    return std::string(document(std::move(words)).at("errors").at(0).at("parameter").as_string());
  };
  EXPECT_EQ(parameter({"group", "create", "web"}), "group");
  EXPECT_EQ(parameter({"group", "delete", "web"}), "group");
  EXPECT_EQ(parameter({"alias", "datacenter", "add", "Office", "10.0.0.1"}), "name");
  EXPECT_EQ(parameter({"alias", "datacenter", "set", "nobody", "10.0.0.1"}), "name");
  EXPECT_EQ(parameter({"ipset", "datacenter", "rename", "lan", "l"}), "name");
  EXPECT_EQ(parameter({"ipset", "datacenter", "add", "lan", "10.0.0.0/8"}), "cidr");
  EXPECT_EQ(parameter({"rules", "guest", "100", "set", "0", "--delete", "type"}), "delete");
  EXPECT_EQ(parameter({"rules", "guest", "100", "set", "0", "--delete", "nonsense"}), "delete");
  EXPECT_EQ(parameter({"options", "guest", "100", "--delete", "nonsense"}), "delete");
  EXPECT_FALSE(document({"ipset", "datacenter", "add", "nobody", "10.0.0.1"}).at("errors").at(0).as_object().contains("parameter"));
}

TEST_F(Firewall, RenamingMayChangeTheRestToo) {
  EXPECT_EQ(run({"alias", "datacenter", "rename", "office", "house", "192.0.2.0/25", "--comment=new"}).exit, 0);
  EXPECT_THAT(tree.read(kCluster), HasSubstr("house 192.0.2.0/25 # new\n"));
  EXPECT_THAT(tree.read(kGuest), HasSubstr("-source house"));
  EXPECT_EQ(run({"group", "rename", "web", "front", "--comment", "all"}).exit, 0);
  EXPECT_THAT(tree.read(kCluster), HasSubstr("[group front] # all\n"));
}

TEST_F(Firewall, AnEntryThatIsNotThereIsTakenOutAlready) {
  const std::string before = tree.read(kCluster);
  const auto gone = document({"ipset", "datacenter", "remove", "lan", "172.16.0.1"});
  EXPECT_FALSE(gone.at("changed").as_bool());
  EXPECT_EQ(gone.at("warnings").at(0).at("code").as_string(), "entry-missing");
  EXPECT_EQ(tree.read(kCluster), before);
}

TEST_F(Firewall, TheLogIsReadAsOthersKnowIt) {
  EXPECT_EQ(json::serialize(document({"log", "--lines-of-file"})), R"({"total":1,"lines":[{"n":1,"t":"no content"}]})");
  tree.write("var/log/pve-firewall.log", "100 6 a 14/Nov/2023:22:13:20 +0000 one\n0 6 b 14/Nov/2023:22:13:21 +0000 two\n");
  EXPECT_EQ(json::serialize(document({"log", "--lines-of-file", "--start", "1", "--limit", "5"})),
            R"({"total":2,"lines":[{"n":2,"t":"0 6 b 14/Nov/2023:22:13:21 +0000 two"}]})");
  EXPECT_EQ(run({"log", "--lines-of-file", "--guest", "100"}).out, "100 6 a 14/Nov/2023:22:13:20 +0000 one\n");
}

TEST(OpenApiVerb, PrintsTheDocument) {
  const auto printed = run({"openapi"});
  EXPECT_EQ(printed.exit, 0);
  EXPECT_EQ(json::parse(printed.out).at("openapi").as_string(), "3.1.0");
}

}  // namespace
}  // namespace drawbridge::e2e
