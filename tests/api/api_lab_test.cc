// The api process from outside: real requests over its socket, a real kernel behind it.
#include "tests/api/api_lab.h"

#include <gmock/gmock.h>

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

TEST_F(ApiLab, TellsWhoItIsAndWhatItHas) {
  EXPECT_TRUE(get("/version").as_object().contains("release"));
  EXPECT_EQ(get("/nodes").at(0).at("node"), "alpha");
  EXPECT_EQ(interface("vmbr0").at("cidr"), "100.64.0.102/22");
  EXPECT_EQ(ask("GET", "/no/such/path").status, 501);
  EXPECT_EQ(ask("GET", "/nodes/beta/network").status, 595);
}

TEST_F(ApiLab, ChangesAppliesAndReverts) {
  EXPECT_EQ(ask("PUT", "/nodes/alpha/network/vmbr0", "type=bridge&cidr=100.64.0.103/22&comments=front%20door").status, 200);
  EXPECT_TRUE(ask("GET", "/nodes/alpha/network").body.as_object().contains("changes"));
  EXPECT_EQ(interface("vmbr0").at("cidr"), "100.64.0.103/22");
  EXPECT_EQ(ask("DELETE", "/nodes/alpha/network").status, 200);
  EXPECT_EQ(interface("vmbr0").at("cidr"), "100.64.0.102/22");

  EXPECT_EQ(ask("POST", "/nodes/alpha/network", "iface=vmbr7&type=bridge&cidr=192.0.2.1/24&autostart=1").status, 200);
  const auto plan = get("/nodes/alpha/network-plan");
  EXPECT_THAT(std::string(plan.at("diff").as_string()), HasSubstr("+iface vmbr7 inet static"));
  EXPECT_FALSE(plan.at("operations").as_array().empty());
  const auto upid = ask("PUT", "/nodes/alpha/network").body.at("data");
  ASSERT_TRUE(upid.is_string());
  EXPECT_EQ(end_of(std::string(upid.as_string())), "OK");
  EXPECT_TRUE(node->has_address("192.0.2.1/24"));
  EXPECT_THAT(json::serialize(get("/nodes/alpha/tasks/" + std::string(upid.as_string()) + "/log")), HasSubstr("TASK OK"));
  EXPECT_EQ(get("/nodes/alpha/tasks").at(0).at("type"), "srvreload");
  EXPECT_THAT(json::serialize(get("/nodes/alpha/network-history")), HasSubstr("root@pam"));
  EXPECT_THAT(json::serialize(get("/nodes/alpha/topology")), HasSubstr("\"vmbr7\""));
}

TEST_F(ApiLab, AnUnconfirmedChangeIsUndone) {
  ASSERT_EQ(end_of(std::string(ask("PUT", "/nodes/alpha/network").body.at("data").as_string())), "OK");
  ASSERT_EQ(ask("PUT", "/nodes/alpha/network/vmbr0", "mtu=1400").status, 200);
  const auto upid = ask("PUT", "/nodes/alpha/network", "confirm-within=5").body.at("data");
  EXPECT_THAT(end_of(std::string(upid.as_string())), testing::Not("OK"));
  EXPECT_THAT(shell("ip link show vmbr0"), HasSubstr("mtu 1500"));
  // And kept, when somebody says so.
  const auto again = ask("PUT", "/nodes/alpha/network", "confirm-within=60").body.at("data");
  for (int i = 0; i < 200 && get("/nodes/alpha/network-transaction").at("stage") != json::value("awaiting"); ++i) ::poll(nullptr, 0, 50);
  EXPECT_EQ(ask("POST", "/nodes/alpha/network-confirm").status, 200);
  EXPECT_EQ(end_of(std::string(again.as_string())), "OK");
  EXPECT_THAT(shell("ip link show vmbr0"), HasSubstr("mtu 1400"));
}

TEST_F(ApiLab, NobodyKeepsOrDropsWhatHeHasNotSeen) {
  ASSERT_EQ(end_of(std::string(ask("PUT", "/nodes/alpha/network").body.at("data").as_string())), "OK");
  ASSERT_EQ(ask("PUT", "/nodes/alpha/network/vmbr0", "mtu=1400").status, 200);
  const auto seen = get("/nodes/alpha/network-plan");
  EXPECT_THAT(std::string(seen.at("origin").at("author").as_string()), HasSubstr("root@pam"));
  ASSERT_EQ(ask("PUT", "/nodes/alpha/network/vmbr0", "mtu=1401").status, 200);
  const std::string stale = "digest=" + std::string(seen.at("digest").as_string());
  for (const auto* verb : {"PUT", "DELETE"}) {
    const auto refused = ask(verb, "/nodes/alpha/network?" + stale);
    EXPECT_EQ(refused.status, 500);
    EXPECT_THAT(json::serialize(refused.body), HasSubstr("detected modified configuration"));
  }
  EXPECT_EQ(interface("vmbr0").at("mtu"), "1401");

  const auto upid = ask("PUT", "/nodes/alpha/network", "confirm-within=60").body.at("data");
  json::value open;
  for (int i = 0; i < 200 && (!open.is_object() || open.at("stage") != json::value("awaiting")); ++i) {
    open = get("/nodes/alpha/network-transaction");
    ::poll(nullptr, 0, 50);
  }
  EXPECT_EQ(open.at("task"), upid);
  const std::string id(open.at("id").as_string());
  EXPECT_THAT(json::serialize(ask("POST", "/nodes/alpha/network-confirm", "id=" + id + "0").body), HasSubstr("another change is open"));
  EXPECT_EQ(get("/nodes/alpha/network-transaction").at("stage"), "awaiting");
  // Whoever applies meanwhile is told so, and not by a task that fails.
  EXPECT_THAT(json::serialize(ask("PUT", "/nodes/alpha/network").body), HasSubstr("is not ended yet"));
  EXPECT_EQ(ask("POST", "/nodes/alpha/network-confirm", "id=" + id).status, 200);
  EXPECT_EQ(end_of(std::string(upid.as_string())), "OK");
}

TEST_F(ApiLab, WhatCantBeAppliedIsToldBeforeATaskBegins) {
  ASSERT_EQ(ask("POST", "/nodes/alpha/network", "iface=vmbr7&type=bridge&bridge_ports=enp9s0&autostart=1").status, 200);
  const auto missing = ask("PUT", "/nodes/alpha/network");
  EXPECT_NE(missing.status, 200);
  EXPECT_THAT(json::serialize(missing.body), HasSubstr("enp9s0"));
  EXPECT_EQ(json::serialize(get("/nodes/alpha/tasks?source=all")), "[]");
  EXPECT_EQ(json::serialize(get("/cluster/tasks")), "[]");
}

TEST_F(ApiLab, TellsWhichParameterIsWrong) {
  const auto wrong = ask("PUT", "/nodes/alpha/network/vmbr0", "cidr=100.64.0.300/22");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.body.at("message"), "Parameter verification failed.\n");
  EXPECT_TRUE(wrong.body.at("errors").as_object().contains("cidr"));
  EXPECT_TRUE(ask("PUT", "/nodes/alpha/network/vmbr0", "colour=red").body.at("errors").as_object().contains("colour"));
  const auto lines = ask("PUT", "/nodes/alpha/network/vmbr0", "gateway=100.64.0.1%0Aup%20touch%20/tmp/x");
  EXPECT_TRUE(lines.body.at("errors").as_object().contains("gateway"));
  EXPECT_FALSE(tree().has(Tree::kPending));
  const auto digest = ask("PUT", "/nodes/alpha/network/vmbr0", "mtu=1400&digest=00ff");
  EXPECT_EQ(digest.status, 500);
  EXPECT_THAT(std::string(digest.body.at("message").as_string()), HasSubstr("detected modified configuration"));
}

TEST_F(ApiLab, WhoBringsNoProofGetsNothing) {
  const auto refused = ask("GET", "/nodes", "", "-H 'X-Drawbridge-Client: 192.0.2.9 4711'");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(ask("PUT", "/nodes/alpha/network/vmbr0", "mtu=1400", "-H 'X-Drawbridge-Client: 192.0.2.9 4711'").status, 401);
}

TEST_F(ApiLab, NotesWhoChangedWhat) {
  ASSERT_EQ(ask("PUT", "/nodes/alpha/network/vmbr0", "mtu=1400").status, 200);
  const std::string log = tree().read("var/log/drawbridge/audit.log");
  for (const auto* part : {"\"user\":\"root@pam\"", "\"method\":\"PUT\"", "/nodes/{node}/network/{iface}", "+\\tmtu 1400"})
    EXPECT_THAT(log, HasSubstr(part));
}

TEST_F(ApiLab, TellsOfChangesAsTheyHappen) {
  const std::string out = tree().path("events");
  shell("timeout 5 curl -sN --unix-socket " + tree().path(kSocket) + " http://alpha/api2/json/events > " + out +
        " & sleep 0.5; ip link add ev0 type veth peer name ev1; sleep 0.5");
  EXPECT_THAT(read_text(out), HasSubstr("event: network"));
}

}  // namespace
}  // namespace drawbridge::e2e
