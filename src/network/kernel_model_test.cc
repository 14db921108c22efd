// The model by itself. That it behaves as the kernel does is held by doors/kernel_contract.h and tests/kernel; here stands what
// those can't ask for: that nothing changes on an error, and links of kinds that not every kernel has.
#include "network/kernel_model.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cerrno>

#include "network/link_defaults.h"
#include "network/plan_testing.h"
#include "network/snapshot_json.h"
#include "network/snapshot_order.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

int answer(Snapshot& snapshot, const Operation& operation) {
  const auto outcome = apply_to_model(snapshot, operation);
  return outcome ? 0 : outcome.error().os_errno;
}

bool has(const Snapshot& snapshot, const std::string& link, std::string_view text) {
  const auto wanted = parse_interface_address(text).value();
  return std::ranges::any_of(snapshot.addresses, [&](const Address& a) { return a.link == link && a.address == wanted; });
}

std::size_t routes_through(const Snapshot& snapshot, const std::string& link) {
  return static_cast<std::size_t>(
      std::ranges::count_if(snapshot.routes, [&](const Route& route) { return route.nexthops.front().link == link; }));
}

TEST(KernelModel, NamesAndKinds) {
  Snapshot state = machine();
  const auto make = [&](const std::string& name, const std::string& kind) { return answer(state, CreateLink{name, kind, {}, {}, {}, {}}); };
  EXPECT_EQ(make("abcdefghijklmnop", "bridge"), EINVAL) << "16 bytes";
  EXPECT_EQ(make("abcdefghijklmno", "bridge"), 0) << "15 bytes";
  EXPECT_EQ(make("", "bridge"), EINVAL);
  EXPECT_EQ(make("..", "bridge"), EINVAL);
  EXPECT_EQ(make("a/b", "bridge"), EINVAL);
  EXPECT_EQ(make("a b", "bridge"), EINVAL);
  EXPECT_EQ(make("lo", "bridge"), EEXIST);
  EXPECT_EQ(make("x", "warp-drive"), EOPNOTSUPP);
  EXPECT_EQ(answer(state, CreateLink{"e9.5", "vlan", {{"id", std::uint64_t{5}}}, {}, {}, "e9"}), ENODEV);
}

TEST(KernelModel, WhatStandsOnALinkGoesWithIt) {
  Snapshot state = machine();
  must(state, CreateLink{"vmbr0", "bridge", {}, {}, {}, {}});
  must(state, CreateLink{"vmbr0.5", "vlan", {{"id", std::uint64_t{5}}}, {}, {}, "vmbr0"});
  must(state, AddAddress{make_address("vmbr0.5", "10.0.5.1/24")});
  must(state, SetMaster{"enp5s0", "vmbr0"});
  must(state, DeleteLink{"vmbr0"});
  EXPECT_FALSE(state.links.contains("vmbr0.5"));
  EXPECT_FALSE(has(state, "vmbr0.5", "10.0.5.1/24"));
  EXPECT_EQ(state.links.at("enp5s0").master, "");
  EXPECT_TRUE(state.bridge_vlans.empty());
}

TEST(KernelModel, AVlanOfABridgeCantBeItsPort) {
  Snapshot state = machine();
  must(state, CreateLink{"vmbr0", "bridge", {}, {}, {}, {}});
  must(state, CreateLink{"vmbr0.5", "vlan", {{"id", std::uint64_t{5}}}, {}, {}, "vmbr0"});
  EXPECT_EQ(answer(state, SetMaster{"vmbr0.5", "vmbr0"}), EBUSY);
}

TEST(KernelModel, PreferredSourcesOfTwoFamilies) {
  Snapshot state = machine({"e0", "e1"});
  must(state, AddAddress{make_address("e0", "10.0.0.1/24")});
  must(state, AddAddress{make_address("e1", "10.0.1.1/24")});
  must(state, AddAddress{make_address("e0", "2001:db8::1/64")});
  auto route = make_route("10.50.0.0/16", "10.0.1.2", "e1");
  route.preferred_source = parse_ip("10.0.0.1").value();
  must(state, SetRoute{route});
  auto route6 = make_route("2001:db8:50::/48", "2001:db8::2", "e0");
  route6.preferred_source = parse_ip("2001:db8::1").value();
  must(state, SetRoute{route6});
  must(state, RemoveAddress{make_address("e0", "10.0.0.1/24")});
  must(state, RemoveAddress{make_address("e0", "2001:db8::1/64")});
  EXPECT_EQ(routes_through(state, "e1"), 1U) << "the IPv4 route went with its source, the subnet's stayed";
  ASSERT_EQ(routes_through(state, "e0"), 1U);
  EXPECT_FALSE(state.routes.back().preferred_source) << "the IPv6 route stayed without its source";
}

TEST(KernelModel, AnAddressThatAnotherLinkStillHasKeepsItsRoutes) {
  Snapshot state = machine({"e0", "e1"});
  must(state, AddAddress{make_address("e0", "10.0.0.1/24")});
  must(state, AddAddress{make_address("e1", "10.0.0.1/24")});
  auto route = make_route("10.50.0.0/16", "10.0.0.2", "e1");
  route.preferred_source = parse_ip("10.0.0.1").value();
  must(state, SetRoute{route});
  must(state, RemoveAddress{make_address("e0", "10.0.0.1/24")});
  EXPECT_EQ(routes_through(state, "e1"), 2U);
}

TEST(KernelModel, AnMtuTooSmallForIpv6TakesItAway) {
  Snapshot state = machine({"e0"});
  must(state, AddAddress{make_address("e0", "2001:db8::1/64")});
  must(state, SetMtu{"e0", 1000});
  EXPECT_FALSE(has(state, "e0", "2001:db8::1/64"));
  EXPECT_EQ(routes_through(state, "e0"), 0U);
}

TEST(KernelModel, SpanningTreeAndItsDelay) {
  Snapshot state = machine();
  must(state, CreateLink{"b", "bridge", {{"forward_delay", std::uint64_t{0}}}, {}, {}, {}});
  const auto set = [&](const Attributes& data) { return answer(state, SetLinkData{"b", "bridge", data}); };
  const auto delay = [&] { return std::get<std::uint64_t>(state.links.at("b").data.at("forward_delay")); };
  EXPECT_EQ(set({{"stp_state", std::uint64_t{1}}}), 0);
  EXPECT_EQ(delay(), 200U) << "raised to what the standard allows";
  EXPECT_EQ(set({{"forward_delay", std::uint64_t{100}}}), ERANGE);
  EXPECT_EQ(set({{"forward_delay", std::uint64_t{0}}, {"stp_state", std::uint64_t{0}}}), ERANGE) << "the delay comes first";
  EXPECT_EQ(set({{"stp_state", std::uint64_t{0}}}), 0);
  EXPECT_EQ(set({{"forward_delay", std::uint64_t{0}}}), 0);
  EXPECT_EQ(set({{"hello_time", std::uint64_t{9900}}}), ERANGE);
  EXPECT_EQ(set({{"max_age", std::uint64_t{100}}}), ERANGE);
}

TEST(KernelModel, VlansOfAPort) {
  Snapshot state = machine();
  must(state, CreateLink{"b", "bridge", {}, {}, {}, {}});
  must(state, SetMaster{"enp5s0", "b"});
  must(state, AddBridgeVlan{{"enp5s0", 2, 4094, false, false, false}});
  must(state, RemoveBridgeVlan{{"enp5s0", 100, 200, false, false, false}});
  must(state, AddBridgeVlan{{"enp5s0", 150, 150, true, true, false}});
  const std::vector<BridgeVlan> expected{{"b", 1, 1, true, true, true},
                                         {"enp5s0", 1, 1, false, true, false},
                                         {"enp5s0", 2, 99, false, false, false},
                                         {"enp5s0", 150, 150, true, true, false},
                                         {"enp5s0", 201, 4094, false, false, false}};
  EXPECT_EQ(state.bridge_vlans, expected);
  EXPECT_EQ(answer(state, AddBridgeVlan{{"enp5s0", 5, 4095, false, false, false}}), EINVAL);
  EXPECT_EQ(answer(state, AddBridgeVlan{{"lo", 5, 5, false, false, false}}), EOPNOTSUPP);
  must(state, SetMaster{"enp5s0", ""});
  EXPECT_EQ(state.bridge_vlans.size(), 1U);
}

TEST(GuestPorts, AreKnownByTheirNames) {
  for (const auto* name : {"tap100i0", "veth100i31", "fwpr100p0", "tap7"}) EXPECT_TRUE(is_guest_port(name)) << name;
  for (const auto* name : {"tap", "veth0", "veth100", "vethi1", "fwbr100i0", "enp5s0", "vmbr0"}) EXPECT_FALSE(is_guest_port(name)) << name;
}

// ---- any operation

const std::vector<std::string> kNames{"lo", "e0", "e1", "vmbr0", "vmbr1", "tap100i0", "nobody"};

std::string any_name() { return *rc::gen::elementOf(kNames); }

Operation any_operation() {
  const auto address = make_address(
      any_name(), *rc::gen::element<std::string>("10.0.0.1/24", "10.0.0.2/24", "10.0.0.9/31", "2001:db8::1/64", "2001:db8::1/48"));
  auto route = make_route(*rc::gen::element<std::string>("0.0.0.0/0", "10.50.0.0/16"),
                          *rc::gen::element<std::string>("10.0.0.2", "192.0.2.1"), any_name());
  route.nexthops.front().onlink = *rc::gen::arbitrary<bool>();
  const std::uint16_t vid = *rc::gen::inRange<std::uint16_t>(0, 4096);
  switch (*rc::gen::inRange(0, 13)) {
    case 0: return CreateLink{any_name(), *rc::gen::element<std::string>("bridge", "veth", "vlan", "odd"), {}, {}, {}, any_name()};
    case 1: return DeleteLink{any_name()};
    case 2: return network::SetUp{any_name(), *rc::gen::arbitrary<bool>()};
    case 3: return SetMtu{any_name(), *rc::gen::element(60U, 1000U, 1500U, 9000U, 70000U)};
    case 4: return SetMac{any_name(), MacAddress{{*rc::gen::element<std::uint8_t>(1, 2), 0, 0, 0, 0, 7}}};
    case 5: return SetMaster{any_name(), *rc::gen::element<std::string>("", "vmbr0", "vmbr1", "e0", "nobody")};
    case 6:
      return SetLinkData{
          any_name(),
          "bridge",
          {{"forward_delay", *rc::gen::element<std::uint64_t>(0, 200, 9000)}, {"stp_state", *rc::gen::element<std::uint64_t>(0, 1)}}};
    case 7: return SetSysctl{any_name(), "ipv6.disable_ipv6", *rc::gen::element(0U, 1U)};
    case 8: return AddAddress{address};
    case 9: return RemoveAddress{address};
    case 10: return SetRoute{route};
    case 11: return RemoveRoute{route};
    default: return AddBridgeVlan{{any_name(), vid, vid, *rc::gen::arbitrary<bool>(), false, *rc::gen::arbitrary<bool>()}};
  }
}

Operation any_stacked_operation() {
  const auto name = *rc::gen::element<std::string>("e0.5", "vmbr0.7", "bond0", "bond0.9", "vrf1", "vx5", "e0-v0");
  const auto lower = *rc::gen::element<std::string>("e0", "vmbr0", "bond0");
  const auto id = *rc::gen::inRange<std::uint64_t>(1, 4);
  switch (*rc::gen::inRange(0, 8)) {
    case 0: return CreateLink{name, "vlan", {{"id", id}}, {}, {}, lower};
    case 1: return CreateLink{"bond0", "bond", {}, {}, {}, {}};
    case 2: return CreateLink{"vrf1", "vrf", {{"table", id}}, {}, {}, {}};
    case 3: return CreateLink{"vx5", "vxlan", {{"id", id}, {"link", lower}}, {}, {}, {}};
    case 4: return CreateLink{"e0-v0", "macvlan", {}, {}, {}, lower};
    case 5:
      return SetMaster{*rc::gen::element<std::string>("e0", "e1", "e0.5", "vmbr0"), *rc::gen::element<std::string>("", "bond0", "vrf1")};
    case 6: return DeleteLink{name};
    default: return SetUp{name, *rc::gen::arbitrary<bool>()};
  }
}

RC_GTEST_PROP(KernelModelProperty, ARefusedOperationChangesNothingAndOrderIsKept, ()) {
  Snapshot state = machine({"e0", "e1"});
  const int length = *rc::gen::inRange(1, 25);
  for (int i = 0; i < length; ++i) {
    const Snapshot before = state;
    const Operation operation = any_operation();
    const auto outcome = apply_to_model(state, operation);
    if (!outcome) {
      RC_ASSERT(outcome.error().os_errno != 0);
      RC_ASSERT(state == before);
    }
    Snapshot sorted = state;
    sort_snapshot(sorted);
    RC_ASSERT(sorted == state);
    for (const auto& [name, link] : state.links) {
      RC_ASSERT(link.name == name);
      RC_ASSERT(link.master.empty() || state.links.contains(link.master));
    }
    for (const auto& address : state.addresses) RC_ASSERT(state.links.contains(address.link));
    for (const auto& route : state.routes)
      for (const auto& hop : route.nexthops) RC_ASSERT(state.links.contains(hop.link) && state.links.at(hop.link).up);
  }
}

RC_GTEST_PROP(KernelModelProperty, TheIndexChangesNothing, ()) {
  Snapshot scanned = machine({"e0", "e1"});
  KernelModel indexed(scanned);
  const int length = *rc::gen::inRange(1, 40);
  for (int i = 0; i < length; ++i) {
    const auto operation = *rc::gen::inRange(0, 3) == 0 ? any_stacked_operation() : any_operation();
    const auto expected = apply_to_model(scanned, operation);
    const auto outcome = indexed.apply(operation);
    RC_ASSERT(outcome.has_value() == expected.has_value());
    if (!outcome) RC_ASSERT(outcome.error().os_errno == expected.error().os_errno);
    // Indexes are never used again by the one, and by the other if the highest link went.
    Snapshot state = indexed.state();
    for (auto& [name, link] : state.links)
      if (const auto twin = scanned.links.find(name); twin != scanned.links.end()) link.index = twin->second.index;
    RC_ASSERT(state == scanned);
  }
}

TEST(KernelModel, WhatABondGaveBeforeTheFirstSnapshotNobodyKnows) {
  Snapshot state = machine({"e0", "e1"}, false);
  must(state, CreateLink{"bond0", "bond", {}, {}, {}, {}});
  must(state, SetMaster{"e0", "bond0"});
  must(state, CreateLink{"e0.5", "vlan", {{"id", std::uint64_t{5}}}, {}, {}, "e0"});
  // As a kernel would tell it.
  state.links.at("e0").port.erase(std::string(kOriginalMtu));
  must(state, SetMaster{"e0", ""});
  EXPECT_EQ(state.links.at("e0").mtu, 0U) << "so that whoever wants an MTU asks for it";
  EXPECT_EQ(state.links.at("e0.5").mtu, 1500U);
  must(state, SetMtu{"e0", 1400});
  EXPECT_EQ(state.links.at("e0.5").mtu, 1400U);
}

TEST(KernelModel, ThousandsOfLinksTakeNoSquare) {
  KernelModel model(machine({"e0"}));
  constexpr std::uint64_t kMany = 4000;
  for (std::uint64_t id = 1; id <= kMany; ++id) {
    const auto name = "v" + std::to_string(id);
    ASSERT_TRUE(model.apply(CreateLink{name, "vlan", {{"id", id}}, {}, {}, "e0"}));
    ASSERT_TRUE(model.apply(CreateLink{"b" + std::to_string(id), "bridge", {}, {}, {}, ""}));
    ASSERT_TRUE(model.apply(SetMaster{name, "b" + std::to_string(id)}));
    ASSERT_TRUE(model.apply(network::SetUp{name, true}));
  }
  EXPECT_EQ(model.state().links.size(), 2 * kMany + 2);
  EXPECT_EQ(model.state().links.at("v7").master, "b7");
}

}  // namespace
}  // namespace drawbridge::network
