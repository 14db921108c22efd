#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "api/guest_answers.h"
#include "api/step.h"
#include "guest/machine.h"

namespace drawbridge::api {
namespace {

using guest::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

namespace json = boost::json;

const Step& step_of(std::string_view key) {
  const Step* step = find_step(key);
  EXPECT_NE(step, nullptr) << key;
  return *step;
}

Parameters given(RawParameters values) {
  values.emplace("node", "alpha");
  values.emplace("vmid", "100");
  return Parameters(std::move(values));
}

std::vector<Words> words(std::string_view key, RawParameters values) { return step_of(key).commands(given(std::move(values))); }

json::value shaped(std::string_view key, std::vector<std::string_view> documents, RawParameters values = {}) {
  Documents parsed;
  for (const auto text : documents) parsed.push_back(json::parse(text));
  const Answer made = step_of(key).shape(given(std::move(values)), parsed);
  EXPECT_EQ(made.status, 200U) << made.message;
  return made.data;
}

/// A VM as `guest show --json` prints it.
constexpr std::string_view kMail = R"({"vmid":100,"node":"alpha","kind":"qemu","name":"mail","cpus":2,"maxmem":2147483648,"maxdisk":0,
  "template":0,"status":"running","pid":4711,"uptime":100,"cputime":50,"mem":1024,"netin":7,"netout":8,"digest":"abc","description":"Mail\n",
  "config":{"cores":"2","memory":"2048","onboot":"1","cipassword":"secret","net0":"virtio=BC:24:11:5A:07:E1,bridge=vmbr0,tag=44","agent":"1"},
  "raw":[],"nics":[{"id":"net0","device":"tap100i0","canonical":"virtio=BC:24:11:5A:07:E1,bridge=vmbr0,tag=44","bridge":"vmbr0","tag":44,
  "state":"up","netin":7,"netout":8}],
  "pending":[{"key":"cores","value":"2","pending":"4"},{"key":"net0","value":"x","delete":1},{"key":"net1","pending":"virtio,bridge=vmbr1"}],
  "snapshots":[{"name":"before","description":"","snaptime":1700000000}]})";

TEST(GuestWords, OfAChange) {
  EXPECT_THAT(words("PUT /nodes/{node}/qemu/{vmid}/config",
                    {{"net0", "virtio,bridge=vmbr0"}, {"delete", "net1,-x"}, {"revert", "cores"}, {"digest", "ab"}, {"force", "1"}}),
              ElementsAre(ElementsAre("guest", "set", "100", "--kind=qemu", "net0=virtio,bridge=vmbr0", "--delete=net1,-x",
                                      "--revert=cores", "--digest=ab")));
  EXPECT_THAT(words("PUT /nodes/{node}/lxc/{vmid}/config", {{"hostname", "--force"}}),
              ElementsAre(ElementsAre("guest", "set", "100", "--kind=lxc", "hostname=--force")));
  EXPECT_THAT(words("PUT /nodes/{node}/qemu/{vmid}/config", {{"name", "a"}, {"skiplock", "1"}}).front(), testing::Contains("--skip-lock"));
}

TEST(GuestWords, OfMakingAndRemoving) {
  EXPECT_THAT(words("POST /nodes/{node}/qemu", {{"name", "mail"}, {"start", "1"}}),
              ElementsAre(ElementsAre("guest", "create", "100", "name=mail"), ElementsAre("guest", "start", "100", "--kind=qemu")));
  EXPECT_THAT(words("POST /nodes/{node}/lxc", {{"hostname", "web"}, {"start", "0"}}),
              ElementsAre(ElementsAre("guest", "create", "100", "--lxc", "hostname=web")));
  const Step& create = step_of("POST /nodes/{node}/qemu");
  EXPECT_THAT(create.rehearses(given({{"name", "mail"}, {"start", "1"}})),
              ElementsAre(ElementsAre("guest", "create", "100", "name=mail", "--no-act")));
  EXPECT_EQ(create.task_type, "qmcreate");
  EXPECT_EQ(create.task_id(given({})), "100");
  EXPECT_THAT(
      words("DELETE /nodes/{node}/lxc/{vmid}", {{"force", "1"}, {"purge", "1"}}),
      ElementsAre(ElementsAre("guest", "stop", "100", "--kind=lxc", "--force"), ElementsAre("guest", "delete", "100", "--kind=lxc")));
}

TEST(GuestWords, OfPower) {
  EXPECT_THAT(words("POST /nodes/{node}/qemu/{vmid}/status/start", {{"timeout", "9"}}),
              ElementsAre(ElementsAre("guest", "start", "100", "--kind=qemu", "--timeout=9")));
  EXPECT_THAT(words("POST /nodes/{node}/lxc/{vmid}/status/stop", {}),
              ElementsAre(ElementsAre("guest", "stop", "100", "--kind=lxc", "--force")));
  EXPECT_THAT(words("POST /nodes/{node}/qemu/{vmid}/status/shutdown", {{"timeout", "9"}}),
              ElementsAre(ElementsAre("guest", "stop", "100", "--kind=qemu", "--timeout=9", "--no-cut")));
  EXPECT_THAT(words("POST /nodes/{node}/qemu/{vmid}/status/shutdown", {{"forceStop", "1"}}),
              ElementsAre(ElementsAre("guest", "stop", "100", "--kind=qemu")));
  EXPECT_EQ(words("POST /nodes/{node}/lxc/{vmid}/status/reboot", {}).size(), 2U);
  EXPECT_EQ(step_of("POST /nodes/{node}/lxc/{vmid}/status/start").task_type, "vzstart");
}

TEST(GuestAnswers, ConfigHasNumbersAndNoPasswords) {
  const auto config = shaped("GET /nodes/{node}/qemu/{vmid}/config", {kMail});
  EXPECT_EQ(config.at("cores"), 2);
  EXPECT_EQ(config.at("onboot"), 1);
  EXPECT_EQ(config.at("memory"), "2048");
  EXPECT_EQ(config.at("digest"), "abc");
  EXPECT_EQ(config.at("description"), "Mail\n");
  EXPECT_EQ(json::serialize(config).find("secret"), std::string::npos);
  EXPECT_FALSE(config.as_object().contains("lxc"));
}

TEST(GuestAnswers, PendingHasEveryKey) {
  const auto pending = shaped("GET /nodes/{node}/qemu/{vmid}/pending", {kMail}).as_array();
  const auto find = [&](std::string_view key) {
    return *std::ranges::find_if(pending, [&](const json::value& item) { return item.at("key").as_string() == key; });
  };
  EXPECT_EQ(json::serialize(find("cores")), R"({"key":"cores","value":2,"pending":4})");
  EXPECT_EQ(find("net0").at("delete"), 1);
  EXPECT_EQ(json::serialize(find("net1")), R"({"key":"net1","pending":"virtio,bridge=vmbr1"})");
  EXPECT_EQ(find("cipassword").at("value"), "**********");
}

TEST(GuestAnswers, StatusAndList) {
  const auto status = shaped("GET /nodes/{node}/qemu/{vmid}/status/current", {kMail});
  EXPECT_EQ(status.at("status"), "running");
  EXPECT_EQ(status.at("cpu"), 0.25);
  EXPECT_EQ(status.at("agent"), 1);
  EXPECT_EQ(status.at("uptime"), 100);
  const std::string list =
      "[" + std::string(kMail) + R"(,{"vmid":101,"kind":"lxc","name":"web","status":"stopped","cpus":1,"template":1}])";
  const auto vms = shaped("GET /nodes/{node}/qemu", {list}).as_array();
  ASSERT_EQ(vms.size(), 1U);
  EXPECT_EQ(vms[0].at("vmid"), 100);
  const auto containers = shaped("GET /nodes/{node}/lxc", {list}).as_array();
  ASSERT_EQ(containers.size(), 1U);
  EXPECT_EQ(containers[0].at("uptime"), 0);
  EXPECT_EQ(containers[0].at("template"), 1);
  EXPECT_EQ(step_of("GET /nodes/{node}/lxc").visible(containers[0]), (Need{"/vms/101", {"VM.Audit"}}));
}

TEST(GuestAnswers, CardsTellWhatWaits) {
  const auto cards = shaped("GET /nodes/{node}/qemu/{vmid}/cards", {kMail}).as_array();
  ASSERT_EQ(cards.size(), 2U);
  EXPECT_EQ(cards[0].at("state"), "up");
  EXPECT_EQ(cards[0].at("netin"), 7);
  EXPECT_EQ(cards[0].at("delete"), 1);
  EXPECT_EQ(json::serialize(cards[1]), R"({"id":"net1","state":"not plugged","pending":"virtio,bridge=vmbr1"})");
}

TEST(GuestAnswers, Inside) {
  constexpr std::string_view kInside = R"({"interfaces":[{"name":"eth0","hardware-address":"bc:24:11:00:9c:2d","ip-addresses":[
    {"ip-address":"192.0.2.7","ip-address-type":"ipv4","prefix":24},{"ip-address":"fe80::1","ip-address-type":"ipv6","prefix":64}]}]})";
  const auto inside = shaped("GET /nodes/{node}/lxc/{vmid}/interfaces", {kInside});
  EXPECT_EQ(inside.at(0).at("inet"), "192.0.2.7/24");
  EXPECT_EQ(inside.at(0).at("inet6"), "fe80::1/64");
  EXPECT_EQ(inside.at(0).at("ip-addresses").at(0).at("ip-address-type"), "inet");
  const auto agent = shaped("GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces", {kInside});
  EXPECT_EQ(agent.at("result").at(0).at("ip-addresses").at(0).at("ip-address-type"), "ipv4");
}

TEST(GuestAnswers, WhatTheRunningGuestRefused) {
  constexpr const char* kOut = R"({"vmid":100,"changed":true,"live":[],"warnings":[
    {"file":"net0","line":0,"column":0,"severity":"error","code":"change-failed","message":"no such bridge","hint":""}]})";
  const auto refused = read_document({4, kOut, ""}, given({{"net0", "virtio,bridge=vmbr9"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 400U);
  EXPECT_EQ(refused.error().errors.at("net0"), "hotplug problem - no such bridge");
}

TEST(GuestAnswers, Folders) {
  const auto names = json::serialize(shaped("GET /nodes/{node}/qemu/{vmid}", {}));
  for (const auto* name : {"config", "status", "cards", "pending"})
    EXPECT_THAT(names, HasSubstr("{\"subdir\":\"" + std::string(name) + "\"}"));
}

TEST(ClusterAnswers, Resources) {
  constexpr std::string_view kNodes =
      R"({"nodes":[{"name":"alpha","local":1,"status":"online","maxcpu":2,"ip":"192.0.2.1"}],"options":{}})";
  const std::string list = "[" + std::string(kMail) + "]";
  const auto all = shaped("GET /cluster/resources", {list, kNodes}).as_array();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].at("id"), "qemu/100");
  EXPECT_EQ(all[0].at("type"), "qemu");
  EXPECT_EQ(all[0].at("node"), "alpha");
  EXPECT_EQ(all[0].at("template"), 0);
  EXPECT_EQ(all[1].at("id"), "node/alpha");
  const auto& visible = step_of("GET /cluster/resources").visible;
  EXPECT_EQ(visible(all[0]), (Need{"/vms/100", {"VM.Audit"}}));
  EXPECT_FALSE(visible(all[1]));
  EXPECT_EQ(shaped("GET /cluster/resources", {list, kNodes}, {{"type", "vm"}}).as_array().size(), 1U);
  EXPECT_EQ(shaped("GET /cluster/status", {kNodes}).at(0).at("online"), 1);
}

TEST(ClusterAnswers, NextId) {
  const auto& step = step_of("GET /cluster/nextid");
  const Documents documents{json::parse(R"([{"vmid":100},{"vmid":101},{"vmid":103}])")};
  EXPECT_EQ(step.shape(Parameters(), documents).data, "102");
  EXPECT_EQ(step.shape(given({{"vmid", "104"}}), documents).data, "104");
  EXPECT_TRUE(step.shape(given({{"vmid", "103"}}), documents).errors.contains("vmid"));
}

/// What the files may hold is what may be set: both lists, with the number of each numbered key.
TEST(GuestDescription, HasTheKeysOfTheFiles) {
  for (const auto kind : {Kind::qemu, Kind::lxc}) {
    const auto match = Description::own().find("PUT", kind == Kind::qemu ? "/nodes/x/qemu/100/config" : "/nodes/x/lxc/100/config");
    ASSERT_TRUE(match && match->method != nullptr);
    std::set<std::string> described;
    for (const auto& [name, schema] : match->method->parameters) {
      const bool numbered = schema.most_index.has_value();
      const std::string base = numbered ? name.substr(0, name.size() - 3) : name;
      if (numbered) {
        EXPECT_TRUE(guest::is_known_key(kind, base + std::to_string(*schema.most_index))) << name;
        EXPECT_FALSE(guest::is_known_key(kind, base + std::to_string(*schema.most_index + 1))) << name;
      }
      if (guest::is_known_key(kind, numbered ? base + "0" : base)) described.insert(numbered ? base + "0" : base);
    }
    const auto known = guest::known_keys(kind);
    EXPECT_EQ(described, std::set<std::string>(known.begin(), known.end()));
  }
}

}  // namespace
}  // namespace drawbridge::api
