#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/answer.h"
#include "api/check.h"
#include "api/description.h"
#include "api/formats.h"
#include "api/step.h"
#include "api/upid.h"

namespace drawbridge::api {
namespace {

const Method& method_of(std::string_view verb, std::string_view path) {
  const auto match = Description::own().find(verb, path);
  EXPECT_TRUE(match && match->method != nullptr) << verb << " " << path;
  return *match->method;
}

TEST(Description, EveryStepIsDescribed) {
  std::set<std::string> described;
  for (const auto& method : Description::own().methods()) described.insert(method.key());
  for (const auto& step : all_steps()) EXPECT_TRUE(described.contains(std::string(step.key))) << step.key;
}

TEST(Description, EveryFormatIsKnown) {
  for (const auto& method : Description::own().methods())
    for (const auto& [name, schema] : method.parameters)
      EXPECT_TRUE(schema.format.empty() || is_format(schema.format)) << method.key() << " " << name << ": " << schema.format;
}

TEST(Description, FindsMethodsByPath) {
  const auto match = Description::own().find("PUT", "/nodes/alpha/network/vmbr0");
  ASSERT_TRUE(match && match->method != nullptr);
  EXPECT_EQ(match->method->name, "update_network");
  EXPECT_EQ(match->words.at("iface"), "vmbr0");
  EXPECT_FALSE(Description::own().find("GET", "/nodes/alpha/nothing"));
  const auto no_verb = Description::own().find("POST", "/nodes/alpha/network-plan");
  ASSERT_TRUE(no_verb);
  EXPECT_EQ(no_verb->method, nullptr);
}

TEST(Check, NormalisesAndRefuses) {
  const auto& method = method_of("PUT", "/nodes/alpha/network/vmbr0");
  const PathWords path{{"node", "alpha"}, {"iface", "vmbr0"}};
  const auto good = check_parameters(method, path, {{"autostart", "yes"}, {"mtu", "01500"}});
  EXPECT_TRUE(good.faults.empty());
  EXPECT_EQ(good.parameters.text("autostart"), "1");
  EXPECT_EQ(good.parameters.text("mtu"), "1500");
  const auto bad =
      check_parameters(method, path, {{"autostart", "maybe"}, {"mtu", "7"}, {"nonsense", "1"}, {"cidr", "1\nx"}, {"iface", "vmbr1"}});
  EXPECT_EQ(bad.faults.size(), 5U);
  EXPECT_TRUE(bad.faults.contains("iface"));
}

TEST(Decode, JoinsQueryAndBody) {
  const auto decoded =
      decode_request("a=1&_dc=77&b=x%20y", "application/json; charset=utf-8", R"({"a":"2","c":["u","v"],"d":true,"e":null})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, (RawParameters{{"a", "1"}, {"b", "x y"}, {"c", "u,v"}, {"d", "1"}}));
  EXPECT_FALSE(decode_request("a=%4", "", ""));
  EXPECT_FALSE(decode_request("", "text/xml", "<a/>"));
  EXPECT_FALSE(decode_request("", "application/json", "[1]"));
}

TEST(Upid, BearsEveryUsersName) {
  for (const auto* user : {"jürgen@pve", "日本@pve!ci", "100%@pam", "j%C3%BCrgen@pve"}) {
    const Upid upid{"alpha", 4711, 123456789, 1700000000, "qmstart", "100", user};
    const std::string text = format_upid(upid);
    EXPECT_EQ(parse_upid(text), upid) << text;
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; })) << text;
  }
  EXPECT_EQ(format_upid({"alpha", 1, 1, 1, "qmstart", "100", "jürgen@pve"}),
            "UPID:alpha:00000001:00000001:00000001:qmstart:100:j%C3%BCrgen@pve:");
  // One name has one form: what nobody wrote is no task's name.
  for (const auto* user : {"j\xC3\xBCrgen@pve", "%6A@pve", "%zz@pve", "%@pve", "a%2Fb@pve%"})
    EXPECT_FALSE(parse_upid("UPID:alpha:00000001:00000001:00000001:qmstart:100:" + std::string(user) + ":")) << user;
}

TEST(Upid, IsReadAsItIsWritten) {
  const Upid upid{"alpha", 4711, 123456789, 1700000000, "srvreload", "networking", "root@pam!ci"};
  const std::string text = format_upid(upid);
  EXPECT_EQ(text, "UPID:alpha:00001267:075BCD15:6553F100:srvreload:networking:root@pam!ci:");
  EXPECT_EQ(parse_upid(text), upid);
  for (const auto* wrong : {"", "UPID:", "UPID:a:00000001:00000001:00000001:t:../x:u:", "UPID:a:00000001:00000001:00000001:t:i:u:x"})
    EXPECT_FALSE(parse_upid(wrong)) << wrong;
}

TEST(Answer, KeepsBothEnvelopes) {
  auto failed = parameter_failure({{"mtu", "is wrong"}});
  const auto plain = render(failed, Envelope::json);
  EXPECT_EQ(plain.status, 400U);
  EXPECT_EQ(plain.body, R"({"data":null,"message":"Parameter verification failed.\n","errors":{"mtu":"is wrong"}})");
  const auto extjs = render(failed, Envelope::extjs);
  EXPECT_EQ(extjs.status, 200U);
  EXPECT_NE(extjs.body.find("\"success\":0"), std::string::npos);
}

TEST(Check, NamesOfSettingsHoldNoValues) {
  const auto& method = method_of("PUT", "/nodes/alpha/network/vmbr0");
  EXPECT_TRUE(check_parameters(method, {{"node", "a"}, {"iface", "vmbr0"}}, {{"delete", "mtu=9000"}}).faults.contains("delete"));
}

TEST(NetworkSteps, ShowsBridgesToThoseWhoMayUseThem) {
  const auto* step = find_step("GET /nodes/{node}/network");
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->sees_all(Parameters(RawParameters{{"node", "alpha"}})), (Need{"/nodes/alpha", {"Sys.Audit"}}));
  EXPECT_EQ(step->visible({{"iface", "vmbr0"}, {"type", "bridge"}}),
            (Need{"/sdn/zones/localnetwork/vmbr0", {"SDN.Audit", "SDN.Use"}, true}));
  EXPECT_EQ(step->reduced({{"iface", "vmbr0"}, {"type", "bridge"}, {"address", "192.0.2.1"}, {"options", boost::json::array{"up /bin/x"}}}),
            (boost::json::value{{"iface", "vmbr0"}, {"type", "bridge"}}));
  EXPECT_EQ(step->visible({{"iface", "enp1s0"}, {"type", "eth"}}), (Need{"/", {}}));  // nobody
}

TEST(NetworkSteps, ValuesAreNoOptions) {
  const auto* step = find_step("PUT /nodes/{node}/network/{iface}");
  const auto words =
      step->commands(Parameters(RawParameters{{"node", "a"}, {"iface", "vmbr0"}, {"comments", "--force"}, {"delete", "mtu,--force"}}))
          .front();
  EXPECT_EQ(words, (Words{"network", "set", "vmbr0", "comments=--force", "--delete=mtu", "--delete=--force"}));
}

TEST(Ran, MapsFindingsToParameters) {
  const Parameters parameters({{"net0", "virtio,tag=9999"}, {"digest", "ab"}});
  const auto card = read_document(
      {3,
       R"({"errors":[{"file":"net0","line":1,"severity":"error","code":"tag-invalid","message":"tag: '9999' is no VLAN id","hint":"write 1 to 4094"}]})",
       ""},
      parameters);
  ASSERT_FALSE(card);
  EXPECT_EQ(card.error().errors.at("net0"), "invalid format - format error\nnet0.tag: '9999' is no VLAN id; write 1 to 4094");
  const auto parameter = read_document(
      {3, R"({"errors":[{"severity":"error","code":"x","message":"cidr: no","hint":"","parameter":"cidr"}]})", ""}, parameters);
  EXPECT_EQ(parameter.error().errors.at("cidr"), "no");
  const auto rolled_back = read_document({5, R"({"outcome":"rolled-back","reason":"nobody confirmed"})", ""}, parameters);
  EXPECT_EQ(rolled_back.error().status, 500U);
  EXPECT_TRUE(read_document({1, R"({"equal":false})", ""}, parameters));
  const Ran in_use{4, R"({"errors":[{"severity":"error","code":"x","message":"in use","hint":"--force goes on"}]})", ""};
  EXPECT_THAT(read_document(in_use, parameters, "force").error().message, testing::HasSubstr("in use; force=1 goes on"));
  EXPECT_THAT(read_document(in_use, parameters).error().message, testing::HasSubstr("the option --force of the command line goes on"));
}

}  // namespace
}  // namespace drawbridge::api
