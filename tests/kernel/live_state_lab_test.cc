// The state that follows notifications against a dump of the same moment, on the kernel that runs here.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "base/diff.h"
#include "kernel/live_kernel.h"
#include "kernel/live_state.h"
#include "kernel/rtnetlink.h"
#include "network/operation.h"
#include "network/snapshot_json.h"

namespace drawbridge::kernel {
namespace {

using namespace network;

constexpr const char* kLinks[] = {"e0", "e0p", "e1", "e1p", "vmbr0", "vmbr1"};

std::string any_link() { return kLinks[*rc::gen::inRange<std::size_t>(0, std::size(kLinks))]; }

Address any_address() {
  Address address;
  address.link = any_link();
  address.address =
      parse_interface_address(*rc::gen::element<std::string>("10.0.0.1/24", "10.0.0.2/24", "10.0.1.1/24", "fd00::1/64", "fd00::2/64"))
          .value();
  return address;
}

FdbEntry any_destination() {
  FdbEntry entry;
  entry.link = *rc::gen::element<std::string>("vx7", "vx8");
  entry.destination = parse_ip(*rc::gen::element<std::string>("192.0.2.7", "192.0.2.8")).value();
  return entry;
}

Operation any_operation() {
  switch (*rc::gen::inRange(0, 14)) {
    case 12: return AddFdb{any_destination()};
    case 13: return RemoveFdb{any_destination()};
    case 0:
    case 1:
    case 2: return network::SetUp{any_link(), *rc::gen::inRange(0, 4) != 0};
    case 3: return SetMtu{any_link(), *rc::gen::element(1280U, 1400U, 9000U)};
    case 4:
    case 5: return SetMaster{any_link(), *rc::gen::element<std::string>("", "vmbr0", "vmbr1")};
    case 6: return SetAlias{any_link(), *rc::gen::element<std::string>("", "uplink")};
    case 7:
    case 8: return AddAddress{any_address()};
    case 9: return RemoveAddress{any_address()};
    case 10: return SetLinkData{"vmbr0", "bridge", {{"ageing_time", std::uint64_t{*rc::gen::element(1000U, 2000U)}}}};
    default:
      return *rc::gen::element<Operation>(DeleteLink{"vmbr1"}, CreateLink{"vmbr1", "bridge", {}, {}, {}, ""},
                                          CreateLink{"vmbr0.7", "vlan", {{"id", std::uint64_t{7}}}, {}, {}, "vmbr0"},
                                          AddBridgeVlan{{"e0", 10, 20, false, false, false}},
                                          RemoveBridgeVlan{{"e0", 12, 13, false, false, false}});
  }
}

/// Without what changes by itself while two looks are taken (timers of bridges, duplicate address detection), and without what the
/// kernel tells nobody of links that are down.
Snapshot settled(Snapshot snapshot) {
  for (auto& [name, link] : snapshot.links) {
    link.operstate.clear();
    link.carrier = false;
    if (!link.up) {
      link.alias.clear();
      link.data.clear();
      link.port.clear();
    }
    erase_if(link.port, [](const auto& entry) { return entry.first == "state" || entry.first == "config_pending"; });
    erase_if(link.data, [](const auto& entry) { return entry.first.starts_with("topology_") || entry.first.starts_with("root_"); });
  }
  std::erase_if(snapshot.addresses, [](const Address& address) { return address.address.address.is_link_local(); });
  for (auto& address : snapshot.addresses) address.tentative = false;
  std::erase_if(snapshot.routes, [](const Route& route) { return route.destination.address.is_v6(); });
  return snapshot;
}

std::string difference(Rtnetlink& kernel, LiveState& live) {
  const auto followed = live.look();
  if (!followed) return followed.error().what;
  return unified_diff("dumped", snapshot_to_json(settled(kernel.snapshot().value())), "followed", snapshot_to_json(settled(**followed)));
}

void start(Rtnetlink& kernel) {
  const std::vector<Operation> operations{CreateLink{"e0", "veth", {}, {}, {}, "e0p"},
                                          CreateLink{"e1", "veth", {}, {}, {}, "e1p"},
                                          CreateLink{"vmbr0", "bridge", {}, {}, {}, ""},
                                          CreateLink{"vmbr1", "bridge", {}, {}, {}, ""},
                                          CreateLink{"vx7", "vxlan", {{"id", std::uint64_t{7}}, {"port", std::uint64_t{4789}}}, {}, {}, ""},
                                          CreateLink{"vx8", "vxlan", {{"id", std::uint64_t{8}}, {"port", std::uint64_t{4789}}}, {}, {}, ""},
                                          network::SetUp{"lo", true}};
  ASSERT_FALSE(kernel.execute(operations).error);
}

bool in_a_fresh_namespace() { return geteuid() == 0 && unshare(CLONE_NEWNET) == 0; }

TEST(LiveStateLab, FollowsWhateverIsDone) {
  if (!in_a_fresh_namespace()) GTEST_SKIP() << "no network namespace to be had";
  EXPECT_TRUE(rc::check([] {
    RC_PRE(unshare(CLONE_NEWNET) == 0);
    auto kernel = Rtnetlink::open().value();
    auto live = LiveState::open().value();
    start(kernel);
    std::string history;
    const auto length = *rc::gen::resize(100, rc::gen::inRange(1, 15));
    for (int i = 0; i < length; ++i) {
      const auto operation = any_operation();
      std::ignore = kernel.execute({&operation, 1});  // refused or not: the state is what counts
      history += operation_name(operation) + " " + operation_object(operation) + " " + operation_detail(operation) + "\n";
      const auto differs = difference(kernel, live);
      if (!differs.empty()) RC_FAIL(history + differs);
    }
  }));
}

TEST(LiveStateLab, AChangedMtuCostsNoDump) {
  if (!in_a_fresh_namespace()) GTEST_SKIP() << "no network namespace to be had";
  auto kernel = Rtnetlink::open().value();
  start(kernel);
  auto live = LiveState::open().value();
  ASSERT_TRUE(live.look());
  const auto dumps = live.dumps();
  const auto generation = live.generation();
  ASSERT_TRUE(live.look());
  EXPECT_EQ(live.generation(), generation) << "nothing has changed";
  const Operation change = SetMtu{"e0", 1400};
  ASSERT_FALSE(kernel.execute({&change, 1}).error);
  EXPECT_EQ((*live.look())->links.at("e0").mtu, 1400U);
  EXPECT_GT(live.generation(), generation);
  EXPECT_EQ(live.dumps(), dumps);
}

TEST(LiveStateLab, WhatIsNotNotifiedIsAskedFor) {
  if (!in_a_fresh_namespace()) GTEST_SKIP() << "no network namespace to be had";
  auto kernel = Rtnetlink::open().value();
  start(kernel);
  auto live = LiveKernel::open().value();
  ASSERT_TRUE(live.look());
  // e0 is down: the kernel tells nobody of its alias, nor of what stands below /proc/sys/net.
  const std::vector<Operation> quiet{SetSysctl{"e0", "ipv6.disable_ipv6", 1}, SetAlias{"e0", "uplink"},
                                     AddFdb{{"vx7", {}, parse_ip("192.0.2.9").value()}}};
  const auto dumps = live.dumps();
  ASSERT_FALSE(live.execute(quiet).error);
  const auto now = live.look();
  ASSERT_TRUE(now);
  EXPECT_EQ((*now)->links.at("e0").sysctl.at("ipv6.disable_ipv6"), 1U);
  EXPECT_EQ((*now)->links.at("e0").alias, "uplink");
  EXPECT_EQ((*now)->fdb.size(), 1U);
  EXPECT_EQ(live.dumps(), dumps);
}

TEST(LiveStateLab, LostNotificationsAreNoticed) {
  if (!in_a_fresh_namespace()) GTEST_SKIP() << "no network namespace to be had";
  auto kernel = Rtnetlink::open().value();
  start(kernel);
  auto live = LiveState::open().value();
  ASSERT_TRUE(live.look());
  // Far more than the socket's buffer holds.
  std::vector<Operation> flood;
  for (std::uint32_t i = 0; i < 20'000; ++i) flood.emplace_back(SetMtu{"e0", 1300 + i % 2});
  flood.emplace_back(SetMtu{"e0", 1444});
  ASSERT_FALSE(kernel.execute(flood).error);
  EXPECT_EQ(difference(kernel, live), "");
  EXPECT_EQ((*live.look())->links.at("e0").mtu, 1444U);
}

}  // namespace
}  // namespace drawbridge::kernel
