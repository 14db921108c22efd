#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/description.h"
#include "api/step.h"
#include "base/text.h"

namespace drawbridge::api {
namespace {

namespace json = boost::json;

const Step& step_of(const std::string& key) {
  const Step* step = find_step(key);
  EXPECT_NE(step, nullptr) << key;
  return *step;
}

/// The command that a call becomes, in one line; what a client sends is checked first, as the server does.
std::string words_of(const std::string& verb, const std::string& path, const RawParameters& given) {
  const auto match = Description::own().find(verb, path);
  if (!match || match->method == nullptr) return "no method " + verb + " " + path;
  const auto checked = check_parameters(*match->method, match->words, given);
  for (const auto& [name, fault] : checked.faults) return name + " " + fault;
  const auto commands = step_of(match->method->key()).commands(checked.parameters);
  return commands.empty() ? "" : join(commands.front(), " ");
}

Parameters given(const std::string& name, const std::string& value) { return Parameters(RawParameters{{name, value}}); }
std::vector<json::value> printed(json::value document) { return std::vector<json::value>(1, std::move(document)); }

struct Call {
  std::string verb;
  std::string path;
  RawParameters parameters;
  std::string words;
};

void expect_words(const std::vector<Call>& calls) {
  for (const auto& call : calls) EXPECT_EQ(words_of(call.verb, call.path, call.parameters), call.words) << call.verb << " " << call.path;
}

TEST(FirewallSteps, RulesOfEveryLevel) {
  const RawParameters rule{{"type", "in"}, {"action", "ACCEPT"}, {"macro", "SSH"}, {"source", "+dc/lan"}, {"enable", "1"}};
  const std::string added = "add in ACCEPT --pos=0 --enable --macro=SSH --source=+dc/lan --yes";
  expect_words({
      {"GET", "/cluster/firewall/rules", {}, "firewall rules datacenter list"},
      {"GET", "/nodes/a/firewall/rules/3", {}, "firewall rules node list"},
      {"POST", "/cluster/firewall/rules", rule, "firewall rules datacenter " + added},
      {"POST", "/cluster/firewall/groups/web", rule, "firewall rules group web " + added},
      {"POST", "/nodes/a/firewall/rules", rule, "firewall rules node " + added},
      {"POST", "/nodes/a/qemu/100/firewall/rules", rule, "firewall rules qemu 100 " + added},
      {"POST", "/nodes/a/lxc/100/firewall/rules", rule, "firewall rules lxc 100 " + added},
      {"POST", "/cluster/sdn/vnets/v1/firewall/rules", rule, "firewall rules vnet v1 " + added},
      {"DELETE", "/nodes/a/lxc/100/firewall/rules/2", {{"digest", "ab"}}, "firewall rules lxc 100 delete 2 --digest=ab --yes"},
      {"DELETE", "/cluster/firewall/groups/web/0", {{"digest", ""}}, "firewall rules group web delete 0 --yes"},
  });
}

TEST(FirewallSteps, ANewRuleIsFirstAndOffUnlessItIsSaidOtherwise) {
  const RawParameters bare{{"type", "out"}, {"action", "DROP"}, {"digest", "ab"}};
  EXPECT_EQ(words_of("POST", "/nodes/a/firewall/rules", bare), "firewall rules node add out DROP --pos=0 --disable --yes");
  auto placed = bare;
  placed["pos"] = "4";
  EXPECT_EQ(words_of("POST", "/nodes/a/firewall/rules", placed), "firewall rules node add out DROP --pos=4 --disable --digest=ab --yes");
}

TEST(FirewallSteps, ARuleIsChangedOrMoved) {
  const std::string path = "/nodes/a/firewall/rules/2";
  expect_words({
      {"PUT",
       path,
       {{"source", ""}, {"dport", "-"}, {"comment", "a b"}, {"enable", "0"}},
       "firewall rules node set 2 --delete=source --delete=dport --comment=a b --disable --yes"},
      {"PUT",
       path,
       {{"delete", "log, macro"}, {"digest", "ab"}},
       "firewall rules node set 2 --delete=log --delete=macro --digest=ab --yes"},
      {"PUT", path, {{"type", "out"}, {"moveto", "2"}}, "firewall rules node set 2 --type=out --yes"},
      {"PUT", path, {{"type", "out"}, {"moveto", "5"}}, "firewall rules node move 2 5 --yes"},
  });
}

TEST(FirewallSteps, NamesAreMadeRenamedAndDeleted) {
  expect_words({
      {"POST", "/cluster/firewall/groups", {{"group", "web"}, {"comment", "x"}}, "firewall group create web --comment=x --yes"},
      {"POST",
       "/cluster/firewall/groups",
       {{"group", "web"}, {"rename", "Web"}, {"comment", "x"}},
       "firewall group comment web --comment=x --yes"},
      {"POST",
       "/cluster/firewall/groups",
       {{"group", "front"}, {"rename", "web"}, {"digest", "ab"}},
       "firewall group rename web front --digest=ab --yes"},
      {"DELETE", "/cluster/firewall/groups/web", {{"force", "1"}}, "firewall group delete web --yes --force"},
      {"POST", "/nodes/a/qemu/100/firewall/ipset", {{"name", "mine"}}, "firewall ipset qemu 100 create mine --yes"},
      {"POST",
       "/cluster/firewall/ipset/lan",
       {{"cidr", "10.0.0.0/8"}, {"nomatch", "1"}},
       "firewall ipset datacenter add lan 10.0.0.0/8 --nomatch --yes"},
      {"PUT", "/cluster/firewall/ipset/lan/10.0.0.0/8", {}, "firewall ipset datacenter set lan 10.0.0.0/8 --yes"},
      {"DELETE", "/cluster/firewall/ipset/lan/2001:db8::%2f32", {}, "firewall ipset datacenter remove lan 2001:db8::/32 --yes"},
      {"POST",
       "/cluster/firewall/aliases",
       {{"name", "office"}, {"cidr", "192.0.2.0/24"}},
       "firewall alias datacenter add office 192.0.2.0/24 --yes"},
      {"PUT",
       "/cluster/firewall/aliases/office",
       {{"cidr", "192.0.2.1"}},
       "firewall alias datacenter set office 192.0.2.1 --comment= --yes"},
      {"PUT",
       "/nodes/a/lxc/100/firewall/aliases/office",
       {{"cidr", "192.0.2.1"}, {"rename", "house"}},
       "firewall alias lxc 100 rename office house 192.0.2.1 --comment= --yes"},
      {"GET", "/nodes/a/lxc/100/firewall/refs", {{"type", "ipset"}}, "firewall refs lxc 100 --type=ipset"},
  });
}

TEST(FirewallSteps, OptionsAreSetAndTakenOut) {
  expect_words({
      {"PUT", "/cluster/firewall/options", {{"enable", "1"}}, "firewall options datacenter enable=1 --yes"},
      {"PUT",
       "/cluster/firewall/options",
       {{"enable", "1"}, {"confirm-within", "30"}},
       "firewall options datacenter enable=1 --confirm-within=30 --no-wait"},
      {"PUT",
       "/nodes/a/qemu/100/firewall/options",
       {{"macfilter", "no"}, {"policy_in", "DROP"}, {"delete", "dhcp,ndp"}},
       "firewall options qemu 100 macfilter=0 policy_in=DROP --delete=dhcp --delete=ndp --yes"},
      {"PUT", "/cluster/sdn/vnets/v1/firewall/options", {}, ""},
      {"GET", "/cluster/firewall/lockout", {}, "firewall options datacenter enable=1 --dry-run"},
  });
  EXPECT_TRUE(step_of("PUT /cluster/firewall/options").shape({}, {}).ok());
}

TEST(FirewallSteps, WhatANodeTells) {
  expect_words({
      {"GET", "/nodes/a/firewall/log", {{"limit", "0"}, {"since", "17"}}, "firewall log --lines-of-file --limit=0 --since=17"},
      {"GET", "/nodes/a/qemu/100/firewall/log", {}, "firewall log --lines-of-file --guest=100"},
      {"GET", "/nodes/a/firewall-log", {{"grep", "-f"}, {"host", "1"}}, "firewall log --grep=-f --host"},
      {"POST", "/nodes/a/firewall/counters", {{"counting", "0"}}, "firewall counters off"},
      {"POST", "/nodes/a/firewall/simulate", {{"to", "vm100"}, {"dport", "80"}}, "firewall simulate --dport=80 --to=vm100"},
  });
}

/// No text becomes an option, or a word of its own.
TEST(FirewallSteps, NoTextIsTakenForAnOption) {
  const std::string trick = "--root=/tmp";
  EXPECT_EQ(words_of("POST", "/nodes/a/firewall/rules", {{"type", "in"}, {"action", "ACCEPT"}, {"comment", trick}}),
            "firewall rules node add in ACCEPT --pos=0 --disable --comment=--root=/tmp --yes");
  for (const Call& call : std::vector<Call>{
           {"POST", "/nodes/a/firewall/rules", {{"type", "in"}, {"action", trick}}, "action"},
           {"POST", "/nodes/a/firewall/rules", {{"type", "in"}, {"action", "ACCEPT"}, {"source", trick}}, "source"},
           {"POST", "/cluster/firewall/groups", {{"group", trick}}, "group"},
           {"POST", "/cluster/firewall/groups", {{"group", "web"}, {"rename", trick}}, "rename"},
           {"POST", "/cluster/firewall/ipset/lan", {{"cidr", trick}}, "cidr"},
           {"POST", "/cluster/firewall/ipset/lan", {{"cidr", "!10.0.0.1"}}, "cidr"},
           {"DELETE", "/cluster/firewall/ipset/lan/--root=/tmp", {}, "cidr"},
           {"POST", "/cluster/firewall/aliases", {{"name", "office"}, {"cidr", trick}}, "cidr"},
           {"GET", "/cluster/sdn/vnets/--yes/firewall/rules", {}, "vnet"},
           {"POST", "/nodes/a/firewall/rules", {{"type", "in"}, {"action", "ACCEPT"}, {"comment", "a\nIN ACCEPT"}}, "comment"},
           {"PUT", "/cluster/firewall/options", {{"policy_in", "ACCEPT\nenable: 0"}}, "policy_in"},
       })
    EXPECT_THAT(words_of(call.verb, call.path, call.parameters), testing::StartsWith(call.words + " ")) << call.path;
}

TEST(FirewallSteps, OneItemOfAListIsShown) {
  const auto rules = json::parse(R"([{"pos":0,"action":"ACCEPT"},{"pos":1,"action":"DROP"}])");
  const auto& rule = step_of("GET /cluster/firewall/rules/{pos}");
  EXPECT_EQ(rule.shape(given("pos", "1"), printed(rules)).data.at("action"), "DROP");
  const auto none = rule.shape(given("pos", "2"), printed(rules));
  EXPECT_EQ(none.status, 500U);
  EXPECT_EQ(none.message, "no rule at position 2");
  const auto entries = json::parse(R"([{"cidr":"10.0.0.0/8"},{"cidr":"10.0.0.1","nomatch":1},{"cidr":"Office"}])");
  const auto& entry = step_of("GET /nodes/{node}/lxc/{vmid}/firewall/ipset/{name}/{cidr}");
  EXPECT_EQ(entry.shape(given("cidr", "10.0.0.1/32"), printed(entries)).data.at("nomatch"), 1);
  EXPECT_TRUE(entry.shape(given("cidr", "office"), printed(entries)).ok());
  EXPECT_EQ(entry.shape(given("cidr", "10.0.0.2"), printed(entries)).errors.at("cidr"), "no such IP/Network");
  const auto aliases = json::parse(R"([{"name":"Office","cidr":"192.0.2.0/24"}])");
  const auto& alias = step_of("GET /cluster/firewall/aliases/{name}");
  EXPECT_TRUE(alias.shape(given("name", "oFFICE"), printed(aliases)).ok());
  EXPECT_EQ(alias.shape(given("name", "house"), printed(aliases)).status, 400U);
}

TEST(FirewallSteps, WhatIsBesideAnAnswer) {
  const auto& write = step_of("POST /cluster/firewall/rules");
  const auto plain = write.shape({}, printed(json::parse(R"({"changed":true,"diff":"x","files":[],"warnings":[]})")));
  EXPECT_TRUE(plain.data.is_null());
  EXPECT_TRUE(plain.beside.empty());
  const auto warned = write.shape({}, printed(json::parse(R"({"warnings":[{"code":"x"}],"outcome":"awaiting"})")));
  EXPECT_EQ(warned.beside.at("warnings").as_array().size(), 1U);
  EXPECT_EQ(warned.beside.at("outcome"), "awaiting");
  const auto log = step_of("GET /nodes/{node}/firewall/log").shape({}, printed(json::parse(R"({"total":7,"lines":[{"n":1,"t":"x"}]})")));
  EXPECT_EQ(log.beside.at("total"), 7);
  EXPECT_EQ(log.data.as_array().size(), 1U);
}

TEST(FirewallSteps, EveryFirewallMethodHasItsStep) {
  for (const auto& method : Description::own().methods()) {
    if (method.path.find("firewall") == std::string::npos) continue;
    EXPECT_NE(find_step(method.key()), nullptr) << method.key();
    const Step* step = find_step(method.key());
    if (step == nullptr) continue;
    EXPECT_EQ(step->effect == Effect::writes, method.verb != "GET" && !method.path.ends_with("/simulate")) << method.key();
  }
}

TEST(FirewallSteps, FoldersNameWhatTheyHold) {
  const auto folder = step_of("GET /nodes/{node}/qemu/{vmid}/firewall").shape({}, {});
  EXPECT_EQ(json::serialize(folder.data), R"([{"name":"rules"},{"name":"aliases"},{"name":"ipset"},{"name":"refs"},{"name":"options"}])");
}

TEST(FirewallSteps, ATrialTakesTheRightOnTheNode) {
  const std::vector<Need> on_node{{"/nodes/alpha", {"Sys.Modify"}}};
  const RawParameters guest{{"node", "alpha"}, {"vmid", "100"}, {"pos", "0"}, {"name", "web"}};
  const auto needs = [](const std::string& key, RawParameters call, const std::string& name) {
    if (!name.empty()) call[name] = name == "force" ? "1" : "30";
    const Step* step = find_step(key);
    return step != nullptr && step->needs ? step->needs(Parameters(call), {}) : std::vector<Need>();
  };
  for (const auto* key : {"POST /nodes/{node}/qemu/{vmid}/firewall/rules", "PUT /nodes/{node}/lxc/{vmid}/firewall/rules/{pos}",
                          "PUT /nodes/{node}/qemu/{vmid}/firewall/options", "POST /nodes/{node}/lxc/{vmid}/firewall/aliases"}) {
    EXPECT_EQ(needs(key, guest, "confirm-within"), on_node) << key;
    EXPECT_EQ(needs(key, guest, "force"), on_node) << key;
    EXPECT_TRUE(needs(key, guest, "").empty()) << key;
  }
  EXPECT_EQ(needs("DELETE /nodes/{node}/qemu/{vmid}/firewall/ipset/{name}", guest, "confirm-within"), on_node);
  EXPECT_TRUE(needs("DELETE /nodes/{node}/qemu/{vmid}/firewall/ipset/{name}", guest, "force").empty()) << "of the guest's own names";
  EXPECT_EQ(needs("POST /cluster/sdn/vnets/{vnet}/firewall/rules", {{"vnet", "v1"}}, "confirm-within"),
            (std::vector<Need>{{"/nodes", {"Sys.Modify"}}}));
  EXPECT_TRUE(needs("POST /cluster/firewall/rules", {}, "confirm-within").empty()) << "asked for by the description";
}

}  // namespace
}  // namespace drawbridge::api
