// What make_plan and the way back promise, over random machines and random files.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "network/link_defaults.h"
#include "network/plan_serial.h"
#include "network/plan_testing.h"
#include "network/planner.h"
#include "network/snapshot_json.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

const std::vector<std::string> kNics{"e0", "e1", "e2"};
const std::vector<std::string> kBridges{"vmbr0", "vmbr1"};
const std::vector<std::string> kBonds{"bond0", "bond1"};
const std::vector<std::string> kVrfs{"blue", "red"};
const std::vector<std::string> kVlans{"v0", "v1", "w2", "a3"};
const std::vector<std::string> kAddresses{"10.0.0.1/24", "10.0.0.2/24",    "10.0.0.3/24",    "10.0.1.1/24",     "10.0.1.2/25",
                                          "10.0.2.1/32", "2001:db8::1/64", "2001:db8::2/64", "2001:db8:1::1/56"};
const std::vector<std::string> kForeignAddresses{"10.0.0.200/24", "10.0.9.1/24", "10.0.1.200/24", "2001:db8::200/64"};
const std::vector<std::string> kDestinations{"0.0.0.0/0", "::/0", "10.50.0.0/16", "10.60.0.0/16"};

template <class T>
T pick(const std::vector<T>& all) {
  return *rc::gen::elementOf(all);
}
bool chance(int percent) { return *rc::gen::inRange(0, 100) < percent; }

template <class Range, class T>
bool contains(const Range& range, const T& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

template <class T>
std::vector<T> some(std::vector<T> all, int percent) {
  std::vector<T> chosen;
  for (auto& each : all)
    if (chance(percent)) chosen.push_back(std::move(each));
  // Any order.
  for (std::size_t i = chosen.size(); i > 1; --i)
    std::swap(chosen[i - 1], chosen[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
  return chosen;
}

std::string gateway_of(const std::string& destination, int which) {
  return (destination.find(':') == std::string::npos ? "10.0.0.25" : "2001:db8::25") + std::to_string(which);
}

void add_addresses(DesiredLink& link) {
  for (const auto& text : some(kAddresses, 25)) link.addresses.push_back(asked(make_address(link.name, text)));
}

AttributeValue number(std::uint64_t value) { return AttributeValue{value}; }
AttributeValue text(std::string value) { return AttributeValue{std::move(value)}; }

/// The names of `all` that the files speak of.
std::vector<std::string> known(const Desired& desired, const std::vector<std::string>& all) {
  std::vector<std::string> names;
  std::ranges::copy_if(all, std::back_inserter(names), [&](const std::string& name) { return desired.links.contains(name); });
  return names;
}

std::vector<BridgeVlan> random_vlans(const std::string& name) {
  std::vector<BridgeVlan> vlans;
  for (int i = 0; i < 3; ++i) {
    if (!chance(60)) continue;
    const auto first = static_cast<std::uint16_t>(*rc::gen::inRange(1, 60));
    const auto length = static_cast<std::uint16_t>(*rc::gen::inRange(0, 20));
    vlans.push_back({name, first, static_cast<std::uint16_t>(first + length), false, chance(30), false});
  }
  if (chance(60)) {
    const auto pvid = static_cast<std::uint16_t>(*rc::gen::inRange(1, 60));
    vlans.push_back({name, pvid, pvid, true, chance(80), false});
  }
  return vlans;
}

void put_on_bridge(DesiredLink& link, const Desired& desired) {
  const auto bridges = known(desired, kBridges);
  if (bridges.empty()) return;
  link.master = asked(pick(bridges));
  link.sysctl["ipv6.disable_ipv6"] = asked(1U);
  if (chance(30)) link.port["learning"] = asked(number(0));
  if (chance(40)) link.vlans = asked(random_vlans(link.name));
}

/// Under a master, or with addresses of its own.
void find_a_place(DesiredLink& link, const Desired& desired, bool with_bonds) {
  const auto bonds = known(desired, kBonds);
  const auto vrfs = known(desired, kVrfs);
  const int dice = *rc::gen::inRange(0, 100);
  if (with_bonds && dice < 35 && !bonds.empty()) {
    link.master = asked(pick(bonds));
    link.sysctl["ipv6.disable_ipv6"] = asked(1U);
    // The bond gives it both.
    link.mtu.reset();
    link.mac.reset();
    return;
  }
  if (dice < 65) put_on_bridge(link, desired);
  if (link.master || !link.up->value) return;
  if (dice > 85 && !vrfs.empty()) link.master = asked(pick(vrfs));
  add_addresses(link);
}

DesiredLink random_nic(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name);
  if (chance(30)) link.mtu = asked(pick<std::uint32_t>({1400, 1500, 9000}));
  if (chance(20)) link.alias = asked(std::string("uplink"));
  if (chance(15)) link.mac = asked(MacAddress{{2, 9, 9, 9, 9, static_cast<std::uint8_t>(*rc::gen::inRange(0, 4))}});
  if (chance(10)) link.up = asked(false);
  if (chance(20)) link.dhcp4 = asked(true);
  find_a_place(link, desired, true);
  return link;
}

DesiredLink random_bond(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name, "bond");
  const auto mode = pick<std::string>({"active-backup", "802.3ad", "balance-xor", "balance-rr"});
  link.data["mode"] = asked(text(mode));
  if (chance(80)) link.data["miimon"] = asked(number(100));
  if (link.data.contains("miimon") && chance(20)) link.data["updelay"] = asked(number(200));
  if (mode == "802.3ad" && chance(50)) link.data["ad_lacp_rate"] = asked(text("fast"));
  if (chance(40)) link.data["xmit_hash_policy"] = asked(text("layer3+4"));
  if (chance(10)) link.data["fail_over_mac"] = asked(text("active"));
  if (chance(25)) link.mtu = asked(pick<std::uint32_t>({1400, 9000}));
  find_a_place(link, desired, false);
  return link;
}

/// A VLAN of a bridge can't be its port.
bool stands_on_bridge(const Desired& desired, std::string name) {
  for (auto found = desired.links.find(name); found != desired.links.end(); found = desired.links.find(name)) {
    if (found->second.kind == "bridge") return true;
    if (!found->second.parent) return false;
    name = found->second.parent->value;
  }
  return false;
}

DesiredLink random_vlan(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name, "vlan");
  std::vector<std::string> parents;
  for (const auto& [other, below] : desired.links) {
    const bool possible = other != "lo" && below.up->value && below.kind != "vrf" && below.kind != "vxlan" && below.kind != "dummy";
    const bool taken = below.master && below.kind != "vlan" && !contains(kVrfs, below.master->value);
    if (possible && !taken) parents.push_back(other);
  }
  if (parents.empty()) return link;
  link.parent = asked(pick(parents));
  link.data["id"] = asked(number(static_cast<std::uint64_t>(*rc::gen::inRange(2, 6))));
  link.data["protocol"] = asked(text(chance(80) ? "802.1Q" : "802.1ad"));
  if (chance(10)) link.data["reorder_hdr"] = asked(number(0));
  if (!stands_on_bridge(desired, link.parent->value)) {
    find_a_place(link, desired, false);
  } else if (chance(50)) {
    add_addresses(link);
  }
  return link;
}

bool is_taken(const Desired& desired, const DesiredLink& vlan) {
  return std::ranges::any_of(desired.links, [&](const auto& entry) {
    const auto& other = entry.second;
    return other.kind == "vlan" && other.parent->value == vlan.parent->value && other.data.at("id").value == vlan.data.at("id").value &&
           other.data.at("protocol").value == vlan.data.at("protocol").value;
  });
}

DesiredLink random_vrf(const std::string& name) {
  DesiredLink link = make_link(name, "vrf");
  link.data["table"] = asked(number(static_cast<std::uint64_t>(*rc::gen::inRange(1001, 1004))));
  return link;
}

DesiredLink random_vxlan(const std::string& name, const Desired& desired) {
  DesiredLink link = make_link(name, "vxlan");
  // One id per link, so that two never claim the same.
  link.data["id"] = asked(number((name == "vx0" ? 100U : 200U) + (chance(30) ? 1U : 0U)));
  link.data["local"] = asked(text(chance(50) ? "10.0.0.1" : "10.0.0.2"));
  if (chance(30)) link.data["learning"] = asked(number(0));
  for (int last = 1; last < 4; ++last)
    if (chance(40)) link.fdb.push_back(asked(FdbEntry{name, {}, parse_ip("10.0.9." + std::to_string(last)).value()}));
  if (chance(60)) put_on_bridge(link, desired);
  return link;
}

DesiredLink random_bridge(const std::string& name) {
  DesiredLink link = make_link(name, "bridge");
  link.data["stp_state"] = asked(AttributeValue{std::uint64_t{chance(30) ? 1U : 0U}});
  const bool stp = link.data["stp_state"].value == AttributeValue{std::uint64_t{1}};
  if (chance(50))
    link.data["forward_delay"] =
        asked(AttributeValue{pick<std::uint64_t>(stp ? std::vector<std::uint64_t>{200, 1500} : std::vector<std::uint64_t>{0, 200, 1500})});
  if (chance(40)) link.data["vlan_filtering"] = asked(AttributeValue{std::uint64_t{1}});
  if (chance(15)) link.vlans = asked(std::vector<BridgeVlan>{{name, 20, 25, false, false, true}});
  if (chance(20)) link.data["ageing_time"] = asked(AttributeValue{std::uint64_t{60000}});
  if (chance(30)) link.mtu = asked(pick<std::uint32_t>({1400, 1500, 9000}));
  if (chance(15)) link.mac = asked(MacAddress{{2, 8, 8, 8, 8, static_cast<std::uint8_t>(*rc::gen::inRange(0, 4))}});
  add_addresses(link);
  return link;
}

void add_routes(Desired& desired) {
  for (const auto& destination : some(kDestinations, 40)) {
    std::vector<std::string> links;
    for (const auto& [name, link] : desired.links) {
      const bool v6 = destination.find(':') != std::string::npos;
      const bool port = link.master.has_value() || link.kind == "vxlan" || link.kind == "vrf";
      if (link.up->value && !port && name != "lo" && !(v6 && link.mtu && link.mtu->value < 1280)) links.push_back(name);
    }
    if (!links.empty())
      desired.routes.push_back(asked(make_route(destination, gateway_of(destination, *rc::gen::inRange(0, 3)), pick(links))));
  }
}

Desired random_desired() {
  Desired desired;
  desired.links["lo"] = make_link("lo");
  for (const auto& name : kVrfs)
    if (chance(25)) desired.links[name] = random_vrf(name);
  for (const auto& name : kBridges)
    if (chance(60)) desired.links[name] = random_bridge(name);
  for (const auto& name : kBonds)
    if (chance(30)) desired.links[name] = random_bond(name, desired);
  for (const auto& name : kNics)
    if (chance(70)) desired.links[name] = random_nic(name, desired);
  for (const auto& name : kVlans) {
    if (!chance(40)) continue;
    auto link = random_vlan(name, desired);
    if (link.parent && !is_taken(desired, link)) desired.links[name] = std::move(link);
  }
  for (const auto& name : {"vx0", "vx1"})
    if (chance(20)) desired.links[name] = random_vxlan(name, desired);
  if (chance(30)) {
    desired.links["dummy0"] = make_link("dummy0", "dummy");
    find_a_place(desired.links["dummy0"], desired, false);
  }
  for (const auto& name : kBridges)
    if (desired.links.contains(name))
      for (const auto& nic : kNics) {
        const auto found = desired.links.find(nic);
        if (found != desired.links.end() && found->second.master && found->second.master->value == name) desired.links[name].mac_from = nic;
      }
  add_routes(desired);
  return desired;
}

/// A MAC that the kernel draws by lot is none that the model could know.
Snapshot with_macs(Snapshot snapshot) {
  std::uint8_t last = 0;
  for (auto& [name, link] : snapshot.links)
    if (link.ethernet && !link.loopback && link.mac.is_zero()) link.mac = {{2, 7, 7, 7, 7, last++}};
  return snapshot;
}

/// What other people do on such a machine.
void meddle(Snapshot& snapshot) {
  for (const auto& text : some(kForeignAddresses, 30)) {
    std::vector<std::string> links;
    for (const auto& [name, link] : snapshot.links)
      if (!link.loopback && !is_guest_port(name)) links.push_back(name);
    std::ignore = apply_to_model(snapshot, AddAddress{make_address(pick(links), text, 0)});
  }
  for (const auto& [name, link] : Snapshot(snapshot).links) {
    if (link.kind == "bridge" && chance(40))
      plug_guest(snapshot, "tap" + name.substr(4) + "i0", name, static_cast<std::uint8_t>(90 + name.back()));
    if (!link.loopback && chance(30)) {
      auto route = make_route("10.77.0.0/16", "10.0.0.77", name, 4);
      if (chance(50)) route.preferred_source = parse_ip("10.0.0.1").value();
      route.metric = static_cast<std::uint32_t>(*rc::gen::inRange(0, 3));
      std::ignore = apply_to_model(snapshot, SetRoute{route});
    }
  }
}

/// A machine on which `before` was applied, others have done things, and secondaries are promoted or not.
Snapshot random_machine(const Desired& before) {
  Snapshot snapshot = machine(kNics, false);
  for (auto& [name, link] : snapshot.links)
    if (!link.loopback && chance(50)) link.sysctl["ipv4.promote_secondaries"] = 1;
  snapshot = with_macs(run(snapshot, make_plan(snapshot, before, {})));
  meddle(snapshot);
  return snapshot;
}

bool is_foreign(const Address& address) { return address.protocol != kOwnProtocol; }

std::string told(const Snapshot& now, const Plan& plan) { return snapshot_to_json(now) + "\n" + words(plan); }

struct Case {
  Desired before = random_desired();
  Desired after = random_desired();
  Snapshot now = random_machine(before);
  Plan plan = make_plan(now, after, before);
};

RC_GTEST_PROP(PlanProperty, ThePlanRunsAndLeadsToWhatIsDesired, ()) {
  const Case c;
  Snapshot state = c.now;
  for (const auto& planned : c.plan.operations) {
    const auto outcome = apply_to_model(state, planned.operation);
    if (!outcome) RC_FAIL(outcome.error().what + "\n" + told(c.now, c.plan));
  }
  const Plan again = make_plan(state, c.after, c.before);
  if (!again.empty()) RC_FAIL("again:\n" + words(again) + "first:\n" + words(c.plan) + snapshot_to_json(c.now));
  const Plan settled = make_plan(state, c.after, c.after);
  if (!settled.empty()) RC_FAIL("settled:\n" + words(settled) + "first:\n" + words(c.plan) + snapshot_to_json(c.now));
}

RC_GTEST_PROP(PlanProperty, WhatIsDesiredIsThere, ()) {
  const Case c;
  const Snapshot state = run(c.now, c.plan);
  for (const auto& [name, link] : c.after.links) {
    const auto found = state.links.find(name);
    RC_ASSERT(found != state.links.end());
    if (link.up) RC_ASSERT(found->second.up == link.up->value);
    if (link.mtu && link.kind != "vlan") RC_ASSERT(found->second.mtu == link.mtu->value);
    if (link.parent) RC_ASSERT(found->second.parent == link.parent->value);
    if (link.dhcp4) RC_ASSERT(contains(state.dhcp_clients, DhcpClient{name, Family::ipv4}));
    for (const auto& entry : link.fdb) RC_ASSERT(contains(state.fdb, entry.value));
    if (link.mac) RC_ASSERT(found->second.mac == link.mac->value);
    if (link.master) RC_ASSERT(found->second.master == link.master->value);
    for (const auto& [key, value] : link.data) RC_ASSERT(found->second.data.at(key) == value.value);
    for (const auto& address : link.addresses) {
      const bool there =
          std::ranges::any_of(state.addresses, [&](const Address& a) { return a.link == name && a.address == address.value.address; });
      RC_ASSERT(there || (link.mtu && link.mtu->value < 1280));
    }
  }
  for (const auto& route : c.after.routes)
    RC_ASSERT(std::ranges::any_of(state.routes, [&](const Route& r) { return is_same_route(r, route.value, false); }));
}

RC_GTEST_PROP(PlanProperty, WhatOthersMadeStays, ()) {
  const Case c;
  const Snapshot state = run(c.now, c.plan);
  for (const auto& address : c.now.addresses) {
    if (!is_foreign(address)) continue;
    const auto link = state.links.find(address.link);
    if (link == state.links.end()) continue;
    const bool v6 = address.address.address.is_v6();
    const auto disabled = link->second.sysctl.find("ipv6.disable_ipv6");
    if (v6 && (!link->second.up || (disabled != link->second.sysctl.end() && disabled->second != 0))) continue;
    const auto same = [&](const Address& a) {
      return a.link == address.link && a.address == address.address && a.protocol == address.protocol;
    };
    if (std::ranges::none_of(state.addresses, same)) RC_FAIL(format_interface_address(address.address) + "\n" + told(c.now, c.plan));
  }
  for (const auto& [name, link] : c.now.links)
    if (is_guest_port(name)) RC_ASSERT(state.links.at(name).master == link.master);
}

RC_GTEST_PROP(PlanProperty, NothingToDoIsAnEmptyPlan, ()) {
  const Case c;
  const Snapshot state = run(c.now, c.plan);
  RC_ASSERT(make_plan(state, c.after, c.after).empty());
  RC_ASSERT(make_plan(state, c.after, c.after).warnings.empty());
}

RC_GTEST_PROP(PlanProperty, TheWayBackLeadsBackFromAnywhere, ()) {
  const Case c;
  const auto most = static_cast<int>(c.plan.operations.size());
  const int cut = *rc::gen::inRange(0, most + 1);
  Snapshot state = c.now;
  for (int i = 0; i < cut; ++i) std::ignore = apply_to_model(state, c.plan.operations[static_cast<std::size_t>(i)].operation);
  const Plan back = make_inverse(c.now, c.plan, state);
  const Snapshot middle = state;
  for (const auto& planned : back.operations) {
    const auto outcome = apply_to_model(state, planned.operation);
    if (!outcome) RC_FAIL(outcome.error().what + "\nback:\n" + words(back) + "plan:\n" + told(c.now, c.plan));
  }
  const auto is = snapshot_to_json(comparable(state, c.plan));
  const auto should_be = snapshot_to_json(comparable(c.now, c.plan));
  if (is != should_be)
    RC_FAIL("cut at " + std::to_string(cut) + "\nis:\n" + is + "should be:\n" + should_be + "back:\n" + words(back) + "plan:\n" +
            words(c.plan) + "middle:\n" + snapshot_to_json(middle));
}

RC_GTEST_PROP(PlanProperty, WhatACutLeftIsFinishedByPlanningAgain, ()) {
  const Case c;
  const int cut = *rc::gen::inRange(0, static_cast<int>(c.plan.operations.size()) + 1);
  Snapshot state = c.now;
  for (int i = 0; i < cut; ++i) std::ignore = apply_to_model(state, c.plan.operations[static_cast<std::size_t>(i)].operation);
  state = run(state, make_plan(state, c.after, c.before));
  RC_ASSERT(make_plan(state, c.after, c.before).empty());
}

/// What the files are about, of a machine on which nobody else did anything.
std::string configured_part(Snapshot state, const Desired& files) {
  std::erase_if(state.links, [&](const auto& entry) { return !files.links.contains(entry.first); });
  for (auto& [name, link] : state.links) {
    link.index = 0;
    link.operstate.clear();
    link.carrier = false;
    link.min_mtu = link.max_mtu = 0;
    link.sysctl.clear();
    link.ethtool.clear();
    if (!files.links.at(name).mac) link.mac = {};
    if (!files.links.at(name).mtu) link.mtu = 0;
    std::erase_if(link.data, [&](const auto& entry) { return !files.links.at(name).data.contains(entry.first); });
    std::erase_if(link.port, [&](const auto& entry) { return !files.links.at(name).port.contains(entry.first); });
  }
  std::erase_if(state.addresses, [&](const Address& address) { return !files.links.contains(address.link); });
  // Who of a subnet is its primary depends on who came first, and so do the kernel's routes.
  for (auto& address : state.addresses) address.secondary = false;
  std::erase_if(state.routes, [](const Route& route) { return is_kernel_route(route); });
  state.rules.clear();
  std::erase_if(state.bridge_vlans, [&](const BridgeVlan& vlan) { return !files.links.contains(vlan.link); });
  return snapshot_to_json(state);
}

RC_GTEST_PROP(PlanProperty, TheWayThereDoesNotMatter, ()) {
  const Desired a = random_desired();
  const Desired b = random_desired();
  Snapshot clean = machine(kNics, false);
  for (auto& [name, link] : clean.links) link.sysctl["ipv4.promote_secondaries"] = 1;
  const Snapshot direct = run(clean, make_plan(clean, b, {}));
  const Snapshot with_a = with_macs(run(clean, make_plan(clean, a, {})));
  const Plan plan = make_plan(with_a, b, a);
  const Snapshot through_a = run(with_a, plan);
  const auto is = configured_part(through_a, b);
  const auto should_be = configured_part(direct, b);
  if (is != should_be) RC_FAIL("is:\n" + is + "should be:\n" + should_be + words(plan));
  const Snapshot home = run(through_a, make_inverse(with_a, plan, through_a));
  const auto back = snapshot_to_json(comparable(home, plan));
  const auto start = snapshot_to_json(comparable(with_a, plan));
  if (back != start) RC_FAIL("back:\n" + back + "start:\n" + start + words(plan));
}

RC_GTEST_PROP(PlanProperty, PlansAndDesiredStatesSurviveJson, ()) {
  const Case c;
  RC_ASSERT(plan_from_json(plan_to_json(c.plan), "plan").value() == c.plan);
  RC_ASSERT(desired_from_json(desired_to_json(c.after), "desired").value() == c.after);
  const auto restore = make_restore(c.now, c.plan);
  RC_ASSERT(desired_from_json(desired_to_json(restore.desired), "desired").value() == restore.desired);
}

}  // namespace
}  // namespace drawbridge::network
