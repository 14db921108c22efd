// From files to kernel terms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "interfaces/configuration.h"
#include "network/interface.h"
#include "network/plan_testing.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Resolved resolved(std::string_view text, const Snapshot* kernel = nullptr) {
  return resolve(make_model(interfaces::read_configuration("interfaces", text, {}), kernel), kernel);
}

std::vector<std::string> names(const Desired& desired) {
  std::vector<std::string> all;
  for (const auto& [name, link] : desired.links) all.push_back(name);
  return all;
}

std::vector<std::string> findings(const Resolved& result) {
  std::vector<std::string> all;
  for (const auto& finding : result.diagnostics) all.push_back(std::to_string(finding.where.line) + " " + finding.code);
  return all;
}

std::uint64_t number(const DesiredLink& link, const std::string& attribute) {
  return std::get<std::uint64_t>(link.data.at(attribute).value);
}

constexpr std::string_view kDefault =
    "auto lo\niface lo inet loopback\n\niface enp5s0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 100.64.0.102/22\n"
    "\tgateway 100.64.0.1\n\tbridge-ports enp5s0\n\tbridge-stp off\n\tbridge-fd 0\n";

TEST(Resolve, TheDefaultConfiguration) {
  const auto result = resolved(kDefault);
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_THAT(names(result.desired), ElementsAre("enp5s0", "lo", "vmbr0"));
  const auto& nic = result.desired.links.at("enp5s0");
  EXPECT_EQ(nic.kind, "");
  EXPECT_EQ(nic.master->value, "vmbr0");
  EXPECT_EQ(nic.master->where.line, 10U);
  EXPECT_TRUE(nic.up->value) << "a port is raised, though its stanza is not auto";
  EXPECT_EQ(nic.sysctl.at("ipv6.disable_ipv6").value, 1U);
  const auto& bridge = result.desired.links.at("vmbr0");
  EXPECT_EQ(bridge.kind, "bridge");
  EXPECT_EQ(bridge.mac_from, "enp5s0");
  EXPECT_EQ(number(bridge, "stp_state"), 0U);
  EXPECT_EQ(number(bridge, "forward_delay"), 0U);
  EXPECT_EQ(bridge.data.at("forward_delay").where.line, 12U);
  ASSERT_EQ(bridge.addresses.size(), 1U);
  EXPECT_EQ(bridge.addresses[0].value, make_address("vmbr0", "100.64.0.102/22"));
  EXPECT_EQ(bridge.addresses[0].where.line, 8U);
  ASSERT_EQ(result.desired.routes.size(), 1U);
  EXPECT_EQ(result.desired.routes[0].value, make_route("0.0.0.0/0", "100.64.0.1", "vmbr0"));
  EXPECT_EQ(result.desired.routes[0].where.line, 9U);
}

TEST(Resolve, WhatIsNotAutoIsDormant) {
  const auto result = resolved("iface e0 inet static\n\taddress 10.0.0.1/24\nauto e1\niface e1 inet manual\n\taddress 10.0.1.1/24\n");
  EXPECT_THAT(names(result.desired), ElementsAre("e1", "lo"));
  EXPECT_THAT(result.desired.dormant, ElementsAre("e0"));
  EXPECT_EQ(result.desired.links.at("e1").addresses.size(), 1U) << "method manual doesn't stop addresses";
}

TEST(Resolve, HotplugCountsIfTheLinkIsThere) {
  constexpr std::string_view kText = "allow-hotplug e0 e1\niface e0 inet manual\niface e1 inet manual\n";
  const Snapshot kernel = machine({"e1"});
  EXPECT_THAT(names(resolved(kText, &kernel).desired), ElementsAre("e1", "lo"));
  EXPECT_THAT(names(resolved(kText).desired), ElementsAre("lo"));
}

TEST(Resolve, BridgeOptionsInTheKernelsUnits) {
  const auto result = resolved(
      "auto b\niface b inet manual\n\tbridge-ports none\n\tbridge_stp on\n\tbridge-fd 4.5\n\tbridge-hello 2\n\tbridge-maxage 20\n"
      "\tbridge_ageing 600\n\tbridge-bridgeprio 4096\n\tbridge-vlan-aware yes\n\tbridge-mcsnoop no\n\tbridge-vlan-protocol 802.1ad\n"
      "\thwaddress ether 02:00:00:00:00:77\n\tmtu 9000\n\talias the house\n");
  EXPECT_THAT(findings(result), IsEmpty());
  const auto& bridge = result.desired.links.at("b");
  EXPECT_EQ(number(bridge, "stp_state"), 1U);
  EXPECT_EQ(number(bridge, "forward_delay"), 450U);
  EXPECT_EQ(number(bridge, "hello_time"), 200U);
  EXPECT_EQ(number(bridge, "max_age"), 2000U);
  EXPECT_EQ(number(bridge, "ageing_time"), 60000U);
  EXPECT_EQ(number(bridge, "priority"), 4096U);
  EXPECT_EQ(number(bridge, "vlan_filtering"), 1U);
  EXPECT_EQ(number(bridge, "mcast_snooping"), 0U);
  EXPECT_EQ(bridge.data.at("vlan_protocol").value, AttributeValue{std::string("802.1ad")});
  EXPECT_EQ(format_mac(bridge.mac->value), "02:00:00:00:00:77");
  EXPECT_EQ(bridge.mtu->value, 9000U);
  EXPECT_EQ(bridge.alias->value, "the house");
  EXPECT_EQ(bridge.mac_from, "");
}

TEST(Resolve, VlanAwareCanBeSwitchedOffByItsLine) {
  const auto result = resolved("auto b\niface b inet manual\n\tbridge-ports none\n\tbridge-vlan-aware no\n");
  EXPECT_EQ(number(result.desired.links.at("b"), "vlan_filtering"), 0U);
}

TEST(Resolve, ValuesThatAreNoneAreReportedAndLeftOut) {
  const auto result = resolved(
      "auto b\niface b inet manual\n\tbridge-ports none\n\tbridge-ageing soon\n\tbridge-hello 60\n\tmtu 20\n"
      "\thwaddress 01:00:00:00:00:00\n\tip-forward maybe\n");
  EXPECT_THAT(findings(result), ElementsAre("4 value-invalid", "5 value-invalid", "6 value-invalid", "7 value-invalid", "8 value-invalid"));
  const auto& bridge = result.desired.links.at("b");
  EXPECT_FALSE(bridge.data.contains("ageing_time"));
  EXPECT_FALSE(bridge.mtu || bridge.mac);
}

TEST(Resolve, PortsAreInTheOrderOfTheFileAndTheFirstGivesTheMac) {
  const auto result = resolved("auto b\niface b inet manual\n\tbridge-ports e2 e1\nauto e1\niface e1 inet manual\n");
  EXPECT_EQ(result.desired.links.at("b").mac_from, "e2");
  EXPECT_EQ(result.desired.links.at("e2").where.line, 3U) << "no stanza speaks of it";
  EXPECT_EQ(result.desired.links.at("e1").where.line, 5U);
}

TEST(Resolve, PatternsMeanLinksOfKernelAndFileButNoGuests) {
  Snapshot kernel = machine({"enp5s0", "enp5s1", "eth0"});
  must(kernel, CreateLink{"vmbr9", "bridge", {}, {}, {}, ""});
  plug_guest(kernel, "tap100i0", "vmbr9");
  const auto ports = [&](std::string_view words) {
    const auto result =
        resolved("auto b\niface b inet manual\n\tbridge-ports " + std::string(words) + "\niface enp9s0 inet manual\n", &kernel);
    std::vector<std::string> found;
    for (const auto& [name, link] : result.desired.links)
      if (link.master) found.push_back(name);
    return found;
  };
  EXPECT_THAT(ports("glob enp5*"), ElementsAre("enp5s0", "enp5s1"));
  EXPECT_THAT(ports("regex enp.*s0"), ElementsAre("enp5s0", "enp9s0"));
  EXPECT_THAT(ports("regex .*"), ElementsAre("enp5s0", "enp5s1", "enp9s0", "eth0"));
  EXPECT_THAT(ports("regex ("), IsEmpty());
  EXPECT_THAT(ports("none"), IsEmpty());
}

TEST(Resolve, PortOptionsOfThePortOrOfTheBridge) {
  const auto result = resolved(
      "auto b\niface b inet manual\n\tbridge-ports e1 e2\n\tbridge-pathcosts e1=50 e2=60\n\tbridge-learning off\n"
      "iface e2 inet manual\n\tbridge-learning on\n");
  const auto& first = result.desired.links.at("e1").port;
  const auto& second = result.desired.links.at("e2").port;
  EXPECT_EQ(first.at("cost").value, AttributeValue{std::uint64_t{50}});
  EXPECT_EQ(second.at("cost").value, AttributeValue{std::uint64_t{60}});
  EXPECT_EQ(first.at("learning").value, AttributeValue{std::uint64_t{0}});
  EXPECT_EQ(second.at("learning").value, AttributeValue{std::uint64_t{1}});
}

TEST(Resolve, APortKeepsNeitherAddressNorGateway) {
  const auto result = resolved(
      "auto b\niface b inet manual\n\tbridge-ports e1\nauto e1\niface e1 inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.2\n");
  EXPECT_THAT(result.desired.links.at("e1").addresses, IsEmpty());
  EXPECT_THAT(result.desired.routes, IsEmpty());
}

TEST(Resolve, BothFamiliesAndTheirGateways) {
  const auto result = resolved(
      "auto e0\niface e0 inet static\n\taddress 10.0.0.1/31\n\tgateway 10.0.0.0\n\tmetric 7\n"
      "iface e0 inet6 static\n\taddress 2001:db8::1/64\n\tgateway fe80::1\n");
  const auto& addresses = result.desired.links.at("e0").addresses;
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_FALSE(addresses[0].value.broadcast) << "two addresses have no broadcast";
  EXPECT_FALSE(addresses[1].value.broadcast);
  ASSERT_EQ(result.desired.routes.size(), 2U);
  EXPECT_EQ(result.desired.routes[0].value.metric, 7U);
  EXPECT_TRUE(result.desired.routes[1].value.destination.address.is_v6());
}

TEST(Resolve, OfTwoGatewaysTheLastOneCounts) {
  const auto result = resolved(
      "auto e0\niface e0 inet static\n\taddress 10.0.0.1/24\n\tgateway 10.0.0.2\n"
      "auto e1\niface e1 inet static\n\taddress 10.0.1.1/24\n\tgateway 10.0.1.2\n");
  EXPECT_THAT(findings(result), ElementsAre("4 gateway-replaced"));
  ASSERT_EQ(result.desired.routes.size(), 1U);
  EXPECT_EQ(result.desired.routes[0].where.line, 8U);
}

TEST(Resolve, AliasesAreLabelledAddressesOfTheirInterface) {
  const auto result =
      resolved("auto e0\niface e0 inet static\n\taddress 10.0.0.1/24\nauto e0:1\niface e0:1 inet static\n\taddress 10.0.0.2/24\n");
  EXPECT_THAT(findings(result), IsEmpty());
  EXPECT_THAT(names(result.desired), ElementsAre("e0", "lo"));
  const auto& addresses = result.desired.links.at("e0").addresses;
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_EQ(addresses[1].value.label, "e0:1");
  EXPECT_EQ(addresses[1].value.link, "e0");
}

TEST(Resolve, WhatThisVersionCantApplyIsAnErrorAndLeftAlone) {
  const auto result = resolved(
      "auto wg0\niface wg0 inet manual\n\twg-config x\nauto e0\niface e0 inet ppp\nauto e3\niface e3 inet6 6to4\n"
      "auto e4\niface e4 inet static\n\taddress 10.0.0.1/24\n");
  EXPECT_THAT(findings(result), ElementsAre("2 type-unsupported", "5 method-unsupported", "7 method-unsupported"));
  EXPECT_THAT(names(result.desired), ElementsAre("e4", "lo"));
  EXPECT_THAT(result.desired.dormant, ElementsAre("e0", "e3", "wg0"));
}

TEST(Resolve, AnAliasHasNoLinkOfItsOwn) {
  const auto result =
      resolved("auto e0\niface e0 inet manual\nauto e0:1\niface e0:1 inet static\n\taddress 10.0.0.2/24\n\tmtu 9000\n\tup true\n");
  EXPECT_THAT(findings(result), ElementsAre("6 option-not-applied"));
  EXPECT_FALSE(result.desired.links.at("e0").mtu);
}

TEST(Resolve, OpenVswitchStaysAsItIsAndTheRestIsApplied) {
  const auto result = resolved(
      "auto vmbr1\niface vmbr1 inet manual\n\tovs_type OVSBridge\n\tovs_ports e1\nauto e1\niface e1 inet manual\n\tovs_type OVSPort\n"
      "\tovs_bridge vmbr1\nauto e4\niface e4 inet static\n\taddress 10.0.0.1/24\n");
  EXPECT_THAT(findings(result), ElementsAre("2 ovs-not-applied", "6 ovs-not-applied"));
  EXPECT_FALSE(has_errors(result.diagnostics));
  EXPECT_THAT(names(result.desired), ElementsAre("e4", "lo"));
  EXPECT_THAT(result.desired.dormant, ElementsAre("e1", "vmbr1"));
}

TEST(Resolve, OptionsThatAreKeptButNotAppliedAreSaid) {
  const auto result = resolved(
      "auto b\niface b inet manual\n\tbridge-ports none\n\tbridge-maxwait 0\n\tbridge-waitport 5 eth0\n\tmpls-enable yes\n"
      "\tmstpctl-hello 2\n\taddress 10.0.0.1/24\n\tpreferred-lifetime 0\n\taddress-purge no\n\thwaddress random\n");
  EXPECT_THAT(findings(result),
              ElementsAre("5 option-not-applied", "6 option-not-applied", "7 option-not-applied", "11 option-not-applied"));
  EXPECT_FALSE(has_errors(result.diagnostics));
}

TEST(Resolve, SettingsBelowProcSys) {
  const auto result = resolved("auto e0\niface e0 inet manual\n\tip-forward on\n\tip6-forward off\n\taccept_ra 2\n");
  const auto& sysctl = result.desired.links.at("e0").sysctl;
  EXPECT_EQ(sysctl.at("ipv4.forwarding").value, 1U);
  EXPECT_EQ(sysctl.at("ipv6.forwarding").value, 0U);
  EXPECT_EQ(sysctl.at("ipv6.accept_ra").value, 2U);
}

TEST(Resolve, LinkDownKeepsItDown) {
  const auto result = resolved("auto e0\niface e0 inet manual\n\tlink-down yes\n");
  EXPECT_FALSE(result.desired.links.at("e0").up->value);
  EXPECT_EQ(result.desired.links.at("e0").up->where.line, 3U);
}

TEST(Resolve, AnUnknownKindOfLinkIsConfiguredIfItIsThere) {
  Snapshot kernel = machine();
  must(kernel, CreateLink{"wan", "veth", {}, {}, {}, "wanp"});
  constexpr std::string_view kText = "auto wan\niface wan inet static\n\taddress 10.0.0.1/24\n\twireguard-config x\n";
  EXPECT_EQ(resolved(kText, &kernel).desired.links.at("wan").kind, "");
  EXPECT_THAT(findings(resolved(kText, &kernel)), IsEmpty());
  EXPECT_THAT(findings(resolved(kText)), ElementsAre("2 type-unsupported"));
}

TEST(Resolve, PlanningTwiceDoesNothingTheSecondTime) {
  Snapshot kernel = machine({"enp5s0"}, false);
  const auto desired = resolved(kDefault, &kernel).desired;
  kernel = run(kernel, make_plan(kernel, desired, {}));
  EXPECT_EQ(words(make_plan(kernel, resolved(kDefault, &kernel).desired, {})), "");
}

}  // namespace
}  // namespace drawbridge::network
