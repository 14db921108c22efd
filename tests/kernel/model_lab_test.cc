// The model of the kernel (network/kernel_model) against the kernel: random operations on a small world, compared after each.
// What the contract suite did not think of shows here; a failure names the shortest sequence that leads to it.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "doors/kernel_comparison.h"
#include "kernel/rtnetlink.h"
#include "network/kernel_model.h"

namespace drawbridge::doors::contract {
namespace {

// Two cables (e0-e0p, e1-e1p), two bridges, addresses of two subnets, routes through them.
constexpr const char* kLinks[] = {"e0", "e0p", "e1", "e1p", "vmbr0", "vmbr1"};
constexpr const char* kAddresses[] = {"10.0.0.1/24", "10.0.0.2/24", "10.0.1.1/24", "10.0.0.3/25", "2001:db8::1/64"};
constexpr const char* kGateways[] = {"10.0.0.254", "10.0.1.254"};

template <std::size_t N>
std::string any_of(const char* const (&choices)[N]) {
  return choices[*rc::gen::inRange<std::size_t>(0, N)];
}

Address any_address() {
  Address address;
  address.link = any_of(kLinks);
  address.address = parse_interface_address(any_of(kAddresses)).value();
  address.protocol = kOwnProtocol;
  return address;
}

Route any_route() {
  Route route;
  route.destination = parse_prefix(*rc::gen::element<std::string>("0.0.0.0/0", "192.0.2.0/24")).value();
  route.nexthops.push_back({parse_ip(any_of(kGateways)).value(), any_of(kLinks), *rc::gen::arbitrary<bool>(), 1});
  route.protocol = kOwnProtocol;
  route.metric = *rc::gen::element(0U, 100U);
  return route;
}

Operation any_operation() {
  switch (*rc::gen::inRange(0, 12)) {
    case 0:
    case 1:
    case 2: return network::SetUp{any_of(kLinks), *rc::gen::inRange(0, 4) != 0};
    case 3: return SetMtu{any_of(kLinks), *rc::gen::element(60U, 1280U, 1400U, 9000U)};
    case 4:
    case 5: return SetMaster{any_of(kLinks), *rc::gen::element<std::string>("", "vmbr0", "vmbr1", "e1")};
    case 6: return SetSysctl{any_of(kLinks), "ipv4.promote_secondaries", *rc::gen::element(0U, 1U)};
    case 7:
    case 8: return AddAddress{any_address()};
    case 9: return RemoveAddress{any_address()};
    case 10: return SetRoute{any_route()};
    default: return RemoveRoute{any_route()};
  }
}

std::string words_of(const Operation& operation) {
  return operation_name(operation) + " " + operation_object(operation) + " " + operation_detail(operation);
}

// The world that every sequence starts from. With the loopback up, as on every machine: in a namespace that never had an IPv4
// address, the kernel refuses gateways for want of a local table.
std::vector<Operation> start() {
  const auto mac = [](std::string_view text) { return parse_mac(text).value(); };
  return {CreateLink{"e0", "veth", {}, mac("02:00:00:00:01:00"), {}, "e0p"},
          CreateLink{"e1", "veth", {}, mac("02:00:00:00:01:01"), {}, "e1p"},
          CreateLink{"vmbr0", "bridge", {}, mac("02:00:00:00:00:01"), {}, ""},
          CreateLink{"vmbr1", "bridge", {}, mac("02:00:00:00:00:02"), {}, ""}, network::SetUp{"lo", true}};
}

// "" or what differs after `operation`.
std::string compare(Kernel& kernel, Snapshot& model, const Operation& operation) {
  const auto execution = kernel.execute({&operation, 1});
  const auto expected = apply_to_model(model, operation);
  const int answer = execution.error ? execution.error->os_errno : 0;
  const int predicted = expected ? 0 : expected.error().os_errno;
  if (answer != predicted)
    return words_of(operation) + ": the kernel gave " + std::to_string(answer) +
           (execution.error ? " (" + execution.error->what + ")" : "") + ", the model " + std::to_string(predicted);
  // The kernel releases a port before it asks the new master, and does not take it back when that refuses. The model promises to
  // change nothing on an error, so here the step is made by hand. A master that is not there is not asked, and nobody released.
  const auto* enslave = std::get_if<SetMaster>(&operation);
  if (enslave != nullptr && !expected && model.links.contains(enslave->master))
    std::ignore = apply_to_model(model, SetMaster{enslave->link, ""});
  const auto difference = compare_with_model(kernel.snapshot().value(), model);
  return difference.empty() ? "" : "after " + words_of(operation) + "\n" + difference;
}

// The same world with VLANs, a bond and a VLAN-aware bridge in it.
constexpr const char* kStacked[] = {"e0", "e1", "vmbr0", "bond0", "e0.5", "vmbr0.7", "bond0.9", "e0.5.6"};
constexpr const char* kVlans[] = {"e0.5", "vmbr0.7", "bond0.9", "e0.5.6"};
constexpr const char* kMembers[] = {"vmbr0", "e0", "e1", "bond0"};
constexpr const char* kDeleted[] = {"bond0", "e0.5", "vmbr0.7", "bond0.9"};

std::string lower_of(const std::string& vlan) { return vlan.substr(0, vlan.rfind('.')); }

Operation any_vlan() {
  const std::string name = any_of(kVlans);
  const std::uint64_t id = static_cast<std::uint64_t>(name.back() - '0');
  return CreateLink{name, "vlan", {{"id", id}}, {}, {}, lower_of(name)};
}

Operation any_bond_change() {
  const std::string bond = "bond0";
  switch (*rc::gen::inRange(0, 5)) {
    case 0: return SetLinkData{bond, "bond", {{"mode", *rc::gen::element<std::string>("active-backup", "802.3ad", "balance-rr")}}};
    case 1: return SetLinkData{bond, "bond", {{"miimon", *rc::gen::element<std::uint64_t>(0, 50, 100)}}};
    case 2: return SetLinkData{bond, "bond", {{"ad_lacp_rate", *rc::gen::element<std::string>("slow", "fast")}}};
    case 3: return SetLinkData{bond, "bond", {{"xmit_hash_policy", *rc::gen::element<std::string>("layer2", "layer3+4")}}};
    default: return CreateLink{bond, "bond", {}, {}, {}, ""};
  }
}

Operation any_bridge_vlan() {
  const auto first = *rc::gen::inRange<std::uint16_t>(1, 6);
  const auto last = static_cast<std::uint16_t>(first + *rc::gen::inRange(0, 4));
  const bool pvid = first == last && *rc::gen::arbitrary<bool>();
  const std::string link = any_of(kMembers);
  const BridgeVlan vlan{link, first, last, pvid, *rc::gen::arbitrary<bool>(), link == "vmbr0"};
  if (*rc::gen::inRange(0, 3) == 0) return RemoveBridgeVlan{vlan};
  return AddBridgeVlan{vlan};
}

Operation any_stacked_operation() {
  switch (*rc::gen::inRange(0, 13)) {
    case 0:
    case 1:
    case 2: return network::SetUp{any_of(kStacked), *rc::gen::inRange(0, 3) != 0};
    case 3: return SetMtu{any_of(kStacked), *rc::gen::element(1280U, 1400U, 1500U, 9000U)};
    case 4:
    case 5: return SetMaster{any_of(kStacked), *rc::gen::element<std::string>("", "vmbr0", "bond0", "bond0", "e1")};
    case 6: return any_vlan();
    case 7: return any_bond_change();
    case 8: return DeleteLink{any_of(kDeleted)};
    case 9: return SetLinkData{"vmbr0", "bridge", {{"vlan_default_pvid", *rc::gen::element<std::uint64_t>(0, 1, 2, 3)}}};
    case 10: {
      auto address = any_address();
      address.link = any_of(kStacked);
      return AddAddress{address};
    }
    default: return any_bridge_vlan();
  }
}

std::vector<Operation> start_stacked() {
  const auto mac = [](std::string_view text) { return parse_mac(text).value(); };
  return {CreateLink{"e0", "veth", {}, mac("02:00:00:00:01:00"), {}, "e0p"},
          CreateLink{"e1", "veth", {}, mac("02:00:00:00:01:01"), {}, "e1p"},
          CreateLink{"vmbr0", "bridge", {{"vlan_filtering", std::uint64_t{1}}}, mac("02:00:00:00:00:01"), {}, ""},
          CreateLink{"bond0", "bond", {}, {}, {}, ""},
          network::SetUp{"lo", true},
          CreateLink{"e0.5", "vlan", {{"id", std::uint64_t{5}}}, {}, {}, "e0"}};
}

void run_random(const std::vector<Operation>& world, Operation (*any)()) {
  RC_PRE(unshare(CLONE_NEWNET) == 0);
  auto kernel = kernel::Rtnetlink::open().value();
  auto model = kernel.snapshot().value();
  for (const auto& operation : world) {
    const auto difference = compare(kernel, model, operation);
    if (!difference.empty()) RC_FAIL(difference);
  }
  std::string history;
  const auto length = *rc::gen::resize(100, rc::gen::inRange(1, 15));
  for (int i = 0; i < length; ++i) {
    const auto operation = any();
    const auto difference = compare(kernel, model, operation);
    history += words_of(operation) + "\n";
    if (!difference.empty()) RC_FAIL(history + difference);
  }
}

TEST(KernelModelLab, AnySequenceOfVlansBondsAndVlanAwareBridges) {
  if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace to be had";
  auto kernel = kernel::Rtnetlink::open().value();
  const auto world = start_stacked();
  if (kernel.execute(world).error || kernel.snapshot().value().bridge_vlans.empty())
    GTEST_SKIP() << "this kernel lacks VLAN devices, bonds or VLAN filtering on bridges";
  EXPECT_TRUE(rc::check([&] { run_random(world, any_stacked_operation); }));
}

TEST(KernelModelLab, AnySequenceLeadsKernelAndModelToTheSameState) {
  if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespace to be had";
  EXPECT_TRUE(rc::check([] { run_random(start(), any_operation); }));
}

}  // namespace
}  // namespace drawbridge::doors::contract
