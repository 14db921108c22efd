// What make_plan and the way back promise, over random machines and random files.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/diff.h"
#include "network/link_defaults.h"
#include "network/plan_generators.h"
#include "network/plan_serial.h"
#include "network/plan_testing.h"
#include "network/planner.h"
#include "network/snapshot_json.h"

namespace drawbridge::network {
namespace {

using namespace testing;  // NOLINT

const std::vector<std::string> kForeignAddresses{"10.0.0.200/24", "10.0.9.1/24", "10.0.1.200/24", "2001:db8::200/64"};

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

  // What can't be made, or made anew, is said, and no promise holds.
  Case() { RC_PRE(std::ranges::none_of(plan.warnings, is_refusal)); }
  static bool is_refusal(const Diagnostic& warning) {
    return warning.code == "id-taken" || warning.message.find("would have to be made anew") != std::string::npos;
  }
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
    // One that a bond keeps, which stays for its users' sake, has the bond's MAC and MTU.
    const bool kept = !found->second.master.empty() && !c.after.links.contains(found->second.master);
    if (link.mtu && link.kind != "vlan" && !kept && found->second.mtu != link.mtu->value)
      RC_FAIL(name + " has another MTU\n" + told(c.now, c.plan));
    if (link.parent) RC_ASSERT(found->second.parent == link.parent->value);
    if (link.dhcp4) RC_ASSERT(contains(state.dhcp_clients, DhcpClient{name, Family::ipv4}));
    for (const auto& entry : link.fdb) RC_ASSERT(contains(state.fdb, entry.value));
    if (link.mac && !kept && found->second.mac != link.mac->value) RC_FAIL(name + " has another MAC\n" + told(c.now, c.plan));
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

RC_GTEST_PROP(PlanProperty, ThePartThatTheJournalKeepsIsEnough, ()) {
  const Case c;
  const int cut = *rc::gen::inRange(0, static_cast<int>(c.plan.operations.size()) + 1);
  Snapshot state = c.now;
  for (int i = 0; i < cut; ++i) std::ignore = apply_to_model(state, c.plan.operations[static_cast<std::size_t>(i)].operation);
  const Snapshot part = needed_for_way_back(c.now, c.plan);
  const auto from_whole = make_inverse(c.now, c.plan, state);
  const auto from_part = make_inverse(part, c.plan, state);
  if (from_whole != from_part)
    RC_FAIL("whole:\n" + words(from_whole) + "part:\n" + words(from_part) + "plan:\n" + told(c.now, c.plan) + snapshot_to_json(part));
  RC_ASSERT(comparable(part, c.plan) == comparable(c.now, c.plan));
}

RC_GTEST_PROP(PlanProperty, WhatACutLeftIsFinishedByPlanningAgain, ()) {
  const Case c;
  const int cut = *rc::gen::inRange(0, static_cast<int>(c.plan.operations.size()) + 1);
  Snapshot state = c.now;
  for (int i = 0; i < cut; ++i) std::ignore = apply_to_model(state, c.plan.operations[static_cast<std::size_t>(i)].operation);
  state = run(state, make_plan(state, c.after, c.before));
  RC_ASSERT(make_plan(state, c.after, c.before).empty());
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
  if (is != should_be) RC_FAIL(unified_diff("should be", should_be, "is", is) + words(plan));
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
