#include "guest/plan_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "guest/port_testing.h"
#include "guest/tag_leftovers.h"
#include "network/snapshot_json.h"

namespace drawbridge::guest {
namespace {

using namespace testing;  // NOLINT
using network::Snapshot;
using ::testing::ElementsAre;

std::string unplug(Snapshot& now, const std::string& device, const BridgePolicies& policies = kNoPolicies) {
  const auto plan = plan_unplug(device, kLine, NodeNetwork(now, policies));
  run(now, plan);
  return words(plan);
}

TEST(PlanPort, OnAPlainBridge) {
  auto now = node();
  auto nic = card("vmbr0");
  nic.rate = rate_of(1'048'576);
  EXPECT_EQ(wire(now, nic),
            "set-sysctl tap100i0 ipv6.disable_ipv6 = 1\n"
            "set-master tap100i0 master vmbr0\n"
            "set-rate tap100i0 egress 1048576bps ingress 1048576bps\n"
            "set-up tap100i0\n");
  EXPECT_EQ(wire(now, nic), "");
  EXPECT_EQ(unplug(now, "tap100i0"), "release tap100i0 nomaster\n");
  EXPECT_EQ(unplug(now, "tap100i0"), "");
}

TEST(PlanPort, OnAVlanAwareBridge) {
  auto now = node();
  EXPECT_EQ(wire(now, card("vmbr1", 44)),
            "set-sysctl tap100i0 ipv6.disable_ipv6 = 1\n"
            "set-master tap100i0 master vmbr1\n"
            "add-vlan tap100i0 vid 44 pvid untagged\n"
            "remove-vlan tap100i0 vid 1 untagged\n"
            "set-up tap100i0\n");
  EXPECT_EQ(wire(now, card("vmbr1", 45)),
            "add-vlan tap100i0 vid 45 pvid untagged\n"
            "remove-vlan tap100i0 vid 44 untagged\n")
      << "a new tag on the same bridge moves nothing";
  EXPECT_EQ(wire(now, card("vmbr1", 45, {{10, 20}})), "add-vlan tap100i0 vid 10-20\n");
}

TEST(PlanPort, ThroughAHelper) {
  auto now = node();
  EXPECT_EQ(
      wire(now, card("vmbr0", 20)),
      "create-link eno1.20 kind vlan link eno1 alias \"drawbridge: eno1.20\" mtu 1500 id 20 protocol 802.1Q\n"
      "create-link vmbr0v20 kind bridge address 02:00:00:00:00:05 alias \"drawbridge: vmbr0v20\" ageing_time 20000 forward_delay 1500 "
      "hello_time 200 max_age 2000 mcast_querier 0 mcast_snooping 1 priority 32768 stp_state 0\n"
      "set-master eno1.20 master vmbr0v20\n"
      "set-sysctl eno1.20 ipv6.disable_ipv6 = 1\n"
      "set-up eno1.20\n"
      "set-sysctl vmbr0v20 ipv6.disable_ipv6 = 1\n"
      "set-up vmbr0v20\n"
      "set-sysctl tap100i0 ipv6.disable_ipv6 = 1\n"
      "set-master tap100i0 master vmbr0v20\n"
      "set-up tap100i0\n");
  EXPECT_EQ(wire(now, card("vmbr0", 20)), "");
  EXPECT_EQ(wire(now, card("vmbr0", 20), {}, 101),
            "set-sysctl tap101i0 ipv6.disable_ipv6 = 1\n"
            "set-master tap101i0 master vmbr0v20\n"
            "set-up tap101i0\n");
  EXPECT_EQ(unplug(now, "tap100i0"), "release tap100i0 nomaster\n") << "tap101i0 still uses the helper";
  EXPECT_EQ(unplug(now, "tap101i0"), "release tap101i0 nomaster\ndelete-link eno1.20\ndelete-link vmbr0v20\n");
}

TEST(PlanPort, ANewHelperIsCompleteBeforeThePortLeavesTheOldOne) {
  auto now = node();
  wire(now, card("vmbr0", 20));
  EXPECT_EQ(
      wire(now, card("vmbr0", 30)),
      "create-link eno1.30 kind vlan link eno1 alias \"drawbridge: eno1.30\" mtu 1500 id 30 protocol 802.1Q\n"
      "create-link vmbr0v30 kind bridge address 02:00:00:00:00:05 alias \"drawbridge: vmbr0v30\" ageing_time 20000 forward_delay 1500 "
      "hello_time 200 max_age 2000 mcast_querier 0 mcast_snooping 1 priority 32768 stp_state 0\n"
      "set-master eno1.30 master vmbr0v30\n"
      "set-sysctl eno1.30 ipv6.disable_ipv6 = 1\n"
      "set-up eno1.30\n"
      "set-sysctl vmbr0v30 ipv6.disable_ipv6 = 1\n"
      "set-up vmbr0v30\n"
      "set-down tap100i0\n"
      "set-master tap100i0 master vmbr0v30\n"
      "set-up tap100i0\n"
      "delete-link eno1.20\n"
      "delete-link vmbr0v20\n");
}

TEST(PlanPort, StationsFollowTheirPort) {
  auto now = node();
  BridgePolicies policies;
  policies.bridges["vmbr0"].learns = false;
  policies.bridges["vmbr2"].learns = false;
  wire(now, card("vmbr0"), policies);
  EXPECT_EQ(wire(now, card("vmbr2"), policies),
            "set-down tap100i0\n"
            "set-master tap100i0 master vmbr2\n"
            "set-port tap100i0 bridge_slave flood 0 learning 0\n"
            "add-fdb tap100i0 bc:24:11:00:00:01 master static\n"
            "set-up tap100i0\n");
  EXPECT_EQ(wire(now, card("vmbr2")),
            "set-port tap100i0 bridge_slave flood 1 learning 1\nremove-fdb tap100i0 bc:24:11:00:00:01 master static\n");
}

TEST(PlanPort, ABridgeThatBecomesVlanAwareTakesItsGuestsAlong) {
  auto now = node();
  wire(now, card("vmbr0", 20));
  must(now, network::SetLinkData{"vmbr0", "bridge", {{"vlan_filtering", number(1)}}});
  EXPECT_EQ(wire(now, card("vmbr0", 20)),
            "set-down tap100i0\n"
            "set-master tap100i0 master vmbr0\n"
            "add-vlan tap100i0 vid 20 pvid untagged\n"
            "remove-vlan tap100i0 vid 1 untagged\n"
            "set-up tap100i0\n"
            "delete-link eno1.20\n"
            "delete-link vmbr0v20\n");
}

TEST(PlanPort, APulledCableOfAContainer) {
  auto now = node();
  auto nic = card("vmbr0");
  nic.kind = Kind::lxc;
  wire(now, nic, {}, 200);
  nic.link_down = true;
  EXPECT_EQ(wire(now, nic, {}, 200), "release veth200i0 nomaster\nset-down veth200i0\n");
}

TEST(PlanPort, NothingIsMadeForADeviceThatIsNotThere) {
  auto now = node();
  EXPECT_EQ(wire(now, card("vmbr0", 20), {}, 999), "");
}

Nic any_card() {
  auto nic = card(*rc::gen::element<std::string>("vmbr0", "vmbr1"));
  if (*rc::gen::arbitrary<bool>()) nic.tag = *rc::gen::inRange<std::uint16_t>(1, 6);
  if (nic.bridge == "vmbr1" && *rc::gen::arbitrary<bool>()) nic.trunks = {{*rc::gen::inRange<std::uint16_t>(2, 5), 9}};
  if (*rc::gen::arbitrary<bool>()) nic.rate = rate_of(*rc::gen::inRange<std::uint64_t>(1'000'000, 9'000'000));
  if (*rc::gen::inRange(0, 5) == 0) {
    nic.kind = Kind::lxc;
    nic.link_down = *rc::gen::arbitrary<bool>();
  }
  return nic;
}

BridgePolicies any_policies() {
  BridgePolicies policies;
  for (const auto* name : {"vmbr0", "vmbr1"}) {
    auto& policy = policies.bridges[name];
    policy.learns = *rc::gen::arbitrary<bool>();
    policy.isolates = *rc::gen::arbitrary<bool>();
    policy.untagged = *rc::gen::element(Untagged::unsaid, Untagged::access, Untagged::trunk, Untagged::none);
    if (*rc::gen::arbitrary<bool>()) policy.vids = {{2, 7}};
  }
  return policies;
}

/// 100 for a VM, 200 for a container: the node has a device for each.
Vmid guest_of(const Nic& nic) { return nic.kind == Kind::qemu ? 100 : 200; }

RC_GTEST_PROP(PlanPortProperty, APortIsAsItShouldBeAndThereIsNothingLeftToDo, ()) {
  auto now = node();
  for (int moves = 0; moves < 4; ++moves) {
    const auto policies = any_policies();
    const auto nic = any_card();
    const auto wiring = wiring_of(nic, now, policies, guest_of(nic));
    const auto before = words(plan_port(wiring, NodeNetwork(now, policies)));
    run(now, plan_port(wiring, NodeNetwork(now, policies)));
    const auto& port = now.links.at(wiring.device);
    RC_ASSERT(port.master == wiring.bridge);
    RC_ASSERT(port.rate == wiring.desired.links.at(wiring.device).rate->value);
    const auto again = words(plan_port(wiring, NodeNetwork(now, policies)));
    RC_LOG() << before << "again:\n" << again;
    RC_ASSERT(again.empty());
    RC_ASSERT(unused_helpers(NodeNetwork(now, policies), {}).empty());
  }
}

RC_GTEST_PROP(PlanPortProperty, ThereAndBackAgain, ()) {
  auto now = node();
  const auto policies = any_policies();
  auto here = any_card();
  auto there = any_card();
  there.kind = here.kind;
  // What is kept for its history's sake has no way back.
  if (policies.of(here.bridge).untagged == Untagged::unsaid) here.tag = here.tag.value_or(3);
  if (policies.of(there.bridge).untagged == Untagged::unsaid) there.tag = there.tag.value_or(3);
  wire(now, here, policies, guest_of(here));
  const auto start = network::snapshot_to_json(now);
  const auto away = wire(now, there, policies, guest_of(there));
  const auto back = wire(now, here, policies, guest_of(here));
  const auto settings_of = [](const std::string& json) {
    auto snapshot = network::snapshot_from_json(json, "").value();
    for (auto& [name, link] : snapshot.links) link.index = 0, link.operstate = "";
    return network::snapshot_to_json(snapshot);
  };
  RC_LOG() << away << "back:\n" << back;
  RC_ASSERT(settings_of(network::snapshot_to_json(now)) == settings_of(start));
}

RC_GTEST_PROP(PlanPortProperty, HalfOfAMoveHasAWayBack, ()) {
  auto now = node();
  const auto policies = any_policies();
  auto here = any_card();
  auto there = any_card();
  there.kind = here.kind;
  wire(now, here, policies, guest_of(here));
  const auto before = now;
  const auto plan = plan_of(there, now, policies, guest_of(there));
  const auto half = *rc::gen::inRange<std::size_t>(0, plan.operations.size() + 1);
  for (std::size_t i = 0; i < half; ++i) must(now, plan.operations[i].operation);
  const auto inverse = network::make_inverse(before, plan, now);
  run(now, inverse);
  RC_LOG() << words(plan) << "after " << half << " of them, back:\n" << words(inverse);
  RC_ASSERT(network::snapshot_to_json(network::comparable(now, plan)) == network::snapshot_to_json(network::comparable(before, plan)));
}

RC_GTEST_PROP(PlanPortProperty, OthersMakeNoDifference, ()) {
  const auto policies = any_policies();
  const auto nic = any_card();
  auto alone = node();
  auto crowded = node();
  for (int i = 300; i < 330; ++i) {
    const auto name = "tap" + std::to_string(i) + "i0";
    plug_device(crowded, name);
    must(crowded, network::SetMaster{name, i % 2 == 0 ? "vmbr0" : "vmbr1"});
  }
  RC_ASSERT(wire(alone, nic, policies, guest_of(nic)) == wire(crowded, nic, policies, guest_of(nic)));
}

}  // namespace
}  // namespace drawbridge::guest
