// The firewall's methods from outside: real requests to the api process, real files and a real kernel behind it.
#include <gmock/gmock.h>

#include "tests/api/api_lab.h"

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kCluster = "etc/pve/firewall/cluster.fw";
constexpr const char* kGuest = "etc/pve/firewall/100.fw";

class FirewallApiLab : public ApiLab {
 protected:
  void SetUp() override {
    ApiLab::SetUp();
    if (!api) return;
    tree().write("etc/pve/nodes/alpha/qemu-server/100.conf", "name: web\nnet0: virtio=02:00:00:00:01:00,bridge=vmbr0,firewall=1\n");
  }
  /// A write that must succeed; what stands beside its null.
  json::object done(const std::string& verb, const std::string& path, const std::string& form = "") const {
    const auto reply = ask(verb, path, form);
    EXPECT_EQ(reply.status, 200) << verb << " " << path << ": " << json::serialize(reply.body);
    return reply.body.is_object() ? reply.body.as_object() : json::object();
  }
  std::string fault(const std::string& verb, const std::string& path, const std::string& form, const std::string& parameter) const {
    const auto reply = ask(verb, path, form);
    EXPECT_EQ(reply.status, 400) << json::serialize(reply.body);
    const auto* errors = reply.body.is_object() ? reply.body.as_object().if_contains("errors") : nullptr;
    const auto* told = errors != nullptr ? errors->as_object().if_contains(parameter) : nullptr;
    return told != nullptr ? std::string(told->as_string()) : json::serialize(reply.body);
  }
  std::string message(const std::string& verb, const std::string& path, const std::string& form = "") const {
    const auto reply = ask(verb, path, form);
    EXPECT_EQ(reply.status, 500) << json::serialize(reply.body);
    return reply.body.is_object() ? std::string(reply.body.at("message").as_string()) : "";
  }
};

TEST_F(FirewallApiLab, RulesAreAddedChangedMovedAndDeleted) {
  const std::string rules = "/nodes/alpha/qemu/100/firewall/rules";
  done("POST", rules, "type=in&action=ACCEPT&macro=SSH&enable=1&comment=a%20b%20%23%20c");
  done("POST", rules, "type=out&action=DROP&proto=tcp&dport=25");
  done("POST", rules, "type=in&action=ACCEPT&source=192.0.2.0/24&pos=2&enable=1");
  auto list = get(rules).as_array();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].at("enable"), 0);
  EXPECT_EQ(list[1].at("comment"), "a b # c");
  EXPECT_EQ(list[2].at("source"), "192.0.2.0/24");
  EXPECT_EQ(get(rules + "/1").at("macro"), "SSH");
  EXPECT_THAT(message("GET", rules + "/3"), HasSubstr("no rule at position 3"));

  done("PUT", rules + "/0", "enable=1&dport=587&delete=comment");
  done("PUT", rules + "/2", "source=&comment=-&log=info");
  done("PUT", rules + "/2", "moveto=0&comment=ignored");
  EXPECT_EQ(tree().read(kGuest), "[RULES]\n\nIN ACCEPT -log info\nOUT DROP -p tcp -dport 587\nIN SSH(ACCEPT) # a b # c\n\n");
  EXPECT_THAT(fault("PUT", rules + "/0", "dport=80", "proto"), HasSubstr("protocol"));
  EXPECT_THAT(fault("PUT", rules + "/0", "delete=action", "delete"), HasSubstr("unable to delete required property 'action'"));
  EXPECT_THAT(message("PUT", rules + "/0", "enable=0&digest=00ff"), HasSubstr("detected modified configuration"));
  done("DELETE", rules + "/1?digest=" + std::string(get(rules).at(0).at("digest").as_string()));
  EXPECT_EQ(get(rules).as_array().size(), 2U);
}

TEST_F(FirewallApiLab, GuestsMustBeThereAndOfTheirKind) {
  EXPECT_THAT(message("GET", "/nodes/alpha/lxc/100/firewall/rules"), HasSubstr("'nodes/alpha/lxc/100.conf' does not exist"));
  EXPECT_THAT(message("PUT", "/nodes/alpha/qemu/101/firewall/options", "enable=1"), HasSubstr("does not exist"));
  EXPECT_FALSE(tree().has("etc/pve/firewall/101.fw"));
  done("PUT", "/nodes/alpha/qemu/100/firewall/options", "enable=1&macfilter=0&policy_in=REJECT");
  EXPECT_EQ(get("/nodes/alpha/qemu/100/firewall/options").at("policy_in"), "REJECT");
  done("PUT", "/nodes/alpha/qemu/100/firewall/options", "delete=macfilter,policy_in");
  EXPECT_FALSE(get("/nodes/alpha/qemu/100/firewall/options").as_object().contains("policy_in"));
  EXPECT_EQ(get("/nodes/alpha/qemu/100/firewall").as_array().size(), 5U);
}

TEST_F(FirewallApiLab, NamesAndTheirUsers) {
  const std::string base = "/cluster/firewall";
  done("POST", base + "/aliases", "name=Office&cidr=192.0.2.0/24&comment=the%20house");
  done("POST", base + "/ipset", "name=LAN");
  done("POST", base + "/ipset/lan", "cidr=10.0.0.9/8");
  done("POST", base + "/ipset/lan", "cidr=dc/office&nomatch=1");
  done("POST", base + "/groups", "group=Web&comment=front");
  done("POST", base + "/groups/web", "type=in&action=ACCEPT&macro=HTTP&source=%2Blan&enable=1");
  done("POST", base + "/rules", "type=group&action=web&enable=1");
  EXPECT_EQ(get(base + "/ipset/lan/10.0.0.0/8").at("cidr"), "10.0.0.0/8");
  EXPECT_EQ(get(base + "/ipset/lan/dc/office").at("nomatch"), 1);
  EXPECT_THAT(fault("POST", base + "/groups", "group=web", "group"), HasSubstr("already exists"));
  EXPECT_THAT(fault("POST", base + "/ipset/lan", "cidr=10.0.0.0/8", "cidr"), HasSubstr("already"));
  EXPECT_THAT(fault("GET", base + "/ipset/lan/172.16.0.1", "", "cidr"), HasSubstr("no such IP/Network"));
  EXPECT_THAT(fault("DELETE", base + "/groups/web", "", "group"), HasSubstr("cluster.fw:"));
  EXPECT_THAT(fault("DELETE", base + "/aliases/office", "", "name"), HasSubstr("force=1"));
  done("POST", base + "/groups", "group=front&rename=web");
  done("POST", base + "/ipset", "name=inside&rename=lan&comment=ours");
  done("PUT", base + "/aliases/office", "cidr=192.0.2.0/25&rename=house");
  const std::string text = tree().read(kCluster);
  EXPECT_THAT(text, HasSubstr("GROUP front\n"));
  EXPECT_THAT(text, HasSubstr("[group front] # front\n"));
  EXPECT_THAT(text, HasSubstr("-source +inside\n"));
  EXPECT_THAT(text, HasSubstr("[IPSET inside] # ours\n"));
  EXPECT_THAT(text, HasSubstr("house 192.0.2.0/25\n"));
  EXPECT_THAT(text, HasSubstr("dc/house\n"));
  done("DELETE", base + "/ipset/inside/172.16.0.1");
  done("DELETE", base + "/groups/front?force=1");
  EXPECT_TRUE(get(base + "/groups").as_array().empty());
  EXPECT_THAT(json::serialize(get(base + "/refs?type=ipset")), HasSubstr("\"+inside\""));
  EXPECT_GT(get(base + "/macros").as_array().size(), 80U);
}

TEST_F(FirewallApiLab, AChangeOnTrialIsKeptOrUndone) {
  const std::string before = tree().read(kCluster);
  const auto asked = done("PUT", "/cluster/firewall/options", "policy_in=ACCEPT&confirm-within=60");
  EXPECT_EQ(asked.at("outcome"), "awaiting");
  EXPECT_EQ(get("/nodes/alpha/firewall/status").at("trial").at("kind"), "command");
  EXPECT_EQ(done("POST", "/nodes/alpha/firewall/rollback").at("data").at("outcome"), "rolled-back");
  EXPECT_EQ(tree().read(kCluster), before);
  done("PUT", "/cluster/firewall/options", "policy_in=ACCEPT&confirm-within=60");
  EXPECT_EQ(done("POST", "/nodes/alpha/firewall/confirm").at("data").at("outcome"), "confirmed");
  EXPECT_THAT(tree().read(kCluster), HasSubstr("policy_in: ACCEPT"));
  EXPECT_TRUE(get("/nodes/alpha/firewall/status").at("trial").is_null());
}

TEST_F(FirewallApiLab, SwitchingOnIsForetoldAndForAMinute) {
  const auto look = get("/cluster/firewall/lockout");
  EXPECT_TRUE(look.at("turns_on").as_bool());
  EXPECT_FALSE(tree().has(kCluster));
  const auto beside = done("PUT", "/cluster/firewall/options", "enable=2");
  EXPECT_TRUE(beside.contains("warnings"));
  EXPECT_GT(get("/cluster/firewall/options").at("enable").as_int64(), 1700000000);
  done("PUT", "/cluster/firewall/options", "enable=1");
  EXPECT_EQ(get("/cluster/firewall/options").at("enable"), 1);
}

TEST_F(FirewallApiLab, TellsWhatBecomesOfAPacketAndWhatIsLogged) {
  done("PUT", "/cluster/firewall/options", "enable=1&force=1");
  done("PUT", "/nodes/alpha/qemu/100/firewall/options", "enable=1");
  done("POST", "/nodes/alpha/qemu/100/firewall/rules", "type=in&action=ACCEPT&macro=HTTP&enable=1");
  const auto passed = done("POST", "/nodes/alpha/firewall/simulate", "from=outside&to=vm100&dport=80").at("data");
  EXPECT_EQ(passed.at("action"), "ACCEPT");
  EXPECT_EQ(passed.at("rule").at("text"), "IN HTTP(ACCEPT)");
  EXPECT_EQ(done("POST", "/nodes/alpha/firewall/simulate", "from=outside&to=vm100&dport=81").at("data").at("action"), "DROP");
  EXPECT_THAT(std::string(get("/nodes/alpha/firewall/compile").at("nftables").as_string()), HasSubstr("100.fw"));
  EXPECT_TRUE(get("/nodes/alpha/firewall/check").as_array().empty());
  tree().write("var/log/pve-firewall.log", "100 6 a 14/Nov/2023:22:13:20 +0000 DROP: x\n0 6 b 14/Nov/2023:22:13:21 +0000 DROP: y\n");
  const auto log = ask("GET", "/nodes/alpha/firewall/log?start=1&limit=1");
  EXPECT_EQ(log.body.at("total"), 2);
  EXPECT_EQ(log.body.at("data").at(0).at("n"), 2);
  EXPECT_EQ(get("/nodes/alpha/qemu/100/firewall/log").as_array().size(), 1U);
  EXPECT_TRUE(get("/nodes/alpha/firewall-log?lines=5").is_array());
}

/// No text leaves its line or its field.
TEST_F(FirewallApiLab, NothingIsSmuggledIn) {
  const std::string rules = "/cluster/firewall/rules";
  fault("POST", rules, "type=in&action=ACCEPT&comment=a%0AIN%20ACCEPT", "comment");
  fault("POST", rules, "type=in&action=ACCEPT&source=10.0.0.1%20-log%20info", "source");
  fault("POST", rules, "type=in&action=ACCEPT&source=10.0.0.1%23", "source");
  fault("POST", rules, "type=in&action=ACCEPT&iface=-x", "iface");
  fault("POST", "/cluster/firewall/aliases", "name=a]b&cidr=10.0.0.1", "name");
  fault("PUT", "/cluster/firewall/options", "policy_in=DROP%0Aenable:%201", "policy_in");
  EXPECT_FALSE(tree().has(kCluster));
  done("POST", rules, "type=in&action=ACCEPT&comment=--root%3D/tmp");
  EXPECT_EQ(get(rules).at(0).at("comment"), "--root=/tmp");
}

}  // namespace
}  // namespace drawbridge::e2e
