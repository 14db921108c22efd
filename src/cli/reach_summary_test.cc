#include "cli/reach_summary.h"

#include <gtest/gtest.h>

namespace drawbridge::cli {
namespace {

using network::Address;
using network::Plan;
using network::Snapshot;

Address address_on(const std::string& link, const std::string& cidr) {
  Address address;
  address.link = link;
  address.address = parse_interface_address(cidr).value();
  return address;
}

/// vmbr0 with 192.0.2.7/24 and its port, gateway 192.0.2.1.
Snapshot node() {
  Snapshot state;
  network::Link bridge;
  bridge.name = "vmbr0";
  bridge.kind = "bridge";
  bridge.up = true;
  network::Link port;
  port.name = "enp5s0";
  port.up = true;
  port.master = "vmbr0";
  state.links = {{"enp5s0", port}, {"vmbr0", bridge}};
  state.addresses = {address_on("vmbr0", "192.0.2.7/24")};
  network::Route route;
  route.destination = Prefix{IpAddress{}, 0};
  route.nexthops = {{parse_ip("192.0.2.1").value(), "vmbr0", false, 1}};
  state.routes = {route};
  return state;
}

doors::Session session_from(const std::string& peer) { return {parse_ip(peer).value(), 50000, parse_ip("192.0.2.7").value(), 22}; }

Plan plan_of(std::vector<network::Operation> operations) {
  Plan plan;
  for (auto& operation : operations) plan.operations.push_back({std::move(operation), {}, false, ""});
  return plan;
}

TEST(ReachSummary, NothingChanges) {
  EXPECT_TRUE(summarise_reach(node(), {}, session_from("192.0.2.99")).empty());
  EXPECT_EQ(reach_text({}), "");
}

TEST(ReachSummary, AMovedAddress) {
  const auto plan =
      plan_of({network::AddAddress{address_on("vmbr0", "10.9.0.8/24")}, network::RemoveAddress{address_on("vmbr0", "192.0.2.7/24")}});
  const auto summary = summarise_reach(node(), plan, session_from("192.0.2.99"));
  EXPECT_EQ(summary.gained, std::vector<std::string>{"address 10.9.0.8/24 on vmbr0"});
  EXPECT_EQ(summary.lost, std::vector<std::string>{"address 192.0.2.7/24 on vmbr0"});
  EXPECT_EQ(summary.session, "its address 192.0.2.7 goes");
  EXPECT_EQ(reach_text(summary),
            "\nReach:\n  - address 192.0.2.7/24 on vmbr0\n  + address 10.9.0.8/24 on vmbr0\n"
            "Your own connection is at risk: its address 192.0.2.7 goes.\n");
}

TEST(ReachSummary, AGatewayThatGoesCutsOffWhoComesThroughIt) {
  const auto plan = plan_of({network::RemoveRoute{node().routes.front()}});
  EXPECT_EQ(summarise_reach(node(), plan, session_from("198.51.100.5")).session, "no way leads to 198.51.100.5 any more");
  EXPECT_EQ(summarise_reach(node(), plan, session_from("192.0.2.99")).session, std::nullopt);
}

TEST(ReachSummary, AnInterruptionOfTheLinkBelow) {
  auto plan = plan_of({network::SetMtu{"enp5s0", 9000}});
  EXPECT_EQ(summarise_reach(node(), plan, session_from("192.0.2.99")).session, std::nullopt);
  plan.operations.front().disruptive = true;
  plan.operations.front().risk = "enp5s0 may lose its link for some seconds";
  EXPECT_EQ(summarise_reach(node(), plan, session_from("192.0.2.99")).session, "enp5s0 may lose its link for some seconds");
}

TEST(ReachSummary, ASessionOfAnotherAddressTellsNothing) {
  const auto plan = plan_of({network::RemoveAddress{address_on("vmbr0", "192.0.2.7/24")}});
  auto session = session_from("192.0.2.99");
  session.local = parse_ip("203.0.113.9").value();
  EXPECT_EQ(summarise_reach(node(), plan, session).session, std::nullopt);
}

}  // namespace
}  // namespace drawbridge::cli
