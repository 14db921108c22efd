// Links of every kind for the tests of the planner, in few words, and what all plans promise.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "network/plan_testing.h"
#include "network/planner.h"
#include "network/snapshot_json.h"

namespace drawbridge::network::testing {

inline AttributeValue number(std::uint64_t value) { return AttributeValue{value}; }
inline AttributeValue text(std::string value) { return AttributeValue{std::move(value)}; }

inline DesiredLink vlan(const std::string& name, const std::string& parent, std::uint64_t id, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "vlan", line_number);
  link.parent = asked(parent, line_number);
  link.data["id"] = asked(number(id), line_number);
  link.data["protocol"] = asked(text("802.1Q"), line_number);
  return link;
}

inline DesiredLink port_of(const std::string& name, const std::string& master, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "", line_number);
  link.master = asked(master, line_number);
  return link;
}

inline DesiredLink bond(const std::string& name, const std::string& mode, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "bond", line_number);
  link.data["mode"] = asked(text(mode), line_number);
  link.data["miimon"] = asked(number(100), line_number);
  return link;
}

inline DesiredLink vxlan(const std::string& name, std::uint64_t id, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "vxlan", line_number);
  link.data["id"] = asked(number(id), line_number);
  link.data["port"] = asked(number(4789), line_number);
  link.data["local"] = asked(text("192.0.2.1"), line_number);
  return link;
}

inline DesiredLink vrf(const std::string& name, std::uint64_t table, std::uint32_t line_number = 1) {
  DesiredLink link = make_link(name, "vrf", line_number);
  link.data["table"] = asked(number(table), line_number);
  return link;
}

inline Desired files_of(std::vector<DesiredLink> links) {
  Desired desired;
  for (auto& link : links) {
    const std::string name = link.name;
    desired.links.emplace(name, std::move(link));
  }
  return desired;
}

inline void give_address(DesiredLink& link, std::string_view address) {
  link.addresses.push_back(asked(make_address(link.name, address), 7));
}

/// What every plan promises: it runs, leads to what was asked for, and leads back.
inline void expect_sound(const Snapshot& now, const Desired& after, const Desired& before) {
  const Plan plan = make_plan(now, after, before);
  const Snapshot state = run(now, plan);
  EXPECT_EQ(words(make_plan(state, after, after)), "") << words(plan);
  EXPECT_EQ(words(make_plan(state, after, before)), "") << words(plan);
  const Plan back = make_inverse(now, plan, state);
  const Snapshot home = run(state, back);
  EXPECT_EQ(snapshot_to_json(comparable(home, plan)), snapshot_to_json(comparable(now, plan))) << words(plan) << "back\n" << words(back);
}

inline Snapshot applied(const Snapshot& now, const Desired& desired) { return run(now, make_plan(now, desired, {})); }

}  // namespace drawbridge::network::testing
