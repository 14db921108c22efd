// The api process from outside: real requests over its socket, a real kernel behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <boost/json.hpp>
#include <memory>

#include "tests/cli/node.h"

namespace drawbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

constexpr const char* kSocket = "run/drawbridge/api.sock";

struct Reply {
  int status = 0;
  json::value body;
};

class ApiLab : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = Node::why_not(); !reason.empty()) GTEST_SKIP() << reason;
    node = std::make_unique<Node>();
    tree().write(Tree::kInterfaces, kDefaultInterfaces);
    api = std::make_unique<Running>(std::vector<std::string>{"--root", tree().root(), "--node", "alpha", "api"});
    for (int i = 0; i < 500 && !tree().has(kSocket); ++i) ::poll(nullptr, 0, 10);
    ASSERT_TRUE(tree().has(kSocket));
  }
  void TearDown() override {
    if (!api) return;
    ::kill(api->pid(), SIGTERM);
    EXPECT_EQ(api->wait().exit, 0);
  }
  const Tree& tree() const { return node->tree(); }

  Reply ask(const std::string& verb, const std::string& path, const std::string& form = "", const std::string& more = "") const {
    std::string command = "curl -s -m 60 -w '\\n%{http_code}' --unix-socket " + tree().path(kSocket) + " -X " + verb + " " + more;
    if (!form.empty()) command += " -d '" + form + "'";
    const std::string text = shell(command + " 'http://alpha/api2/json" + path + "'");
    const auto line = text.rfind('\n', text.size() - 2);
    Reply reply;
    reply.status = std::atoi(text.c_str() + (line == std::string::npos ? 0 : line + 1));
    boost::system::error_code failed;
    reply.body = json::parse(text.substr(0, line), failed);
    return reply;
  }
  /// "data" of an answer that must be good.
  json::value get(const std::string& path) const {
    const auto reply = ask("GET", path);
    EXPECT_EQ(reply.status, 200) << json::serialize(reply.body);
    return reply.body.is_object() ? reply.body.at("data") : json::value();
  }
  /// How a task ended, once it has.
  std::string end_of(const std::string& upid) const {
    for (int i = 0; i < 600; ++i) {
      const auto status = get("/nodes/alpha/tasks/" + upid + "/status");
      if (status.is_object() && status.at("status").as_string() == "stopped") return std::string(status.at("exitstatus").as_string());
      ::poll(nullptr, 0, 50);
    }
    return "never";
  }
  json::value interface(const std::string& name) const {
    const auto list = get("/nodes/localhost/network");
    for (const auto& each : list.as_array())
      if (each.at("iface").as_string() == name) return each;
    return nullptr;
  }

  std::unique_ptr<Node> node;
  std::unique_ptr<Running> api;
};

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
